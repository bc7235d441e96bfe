#include "core/checkpoint/end_tokens.h"

#include "core/checkpoint/gguf_header.h"
#include "core/checkpoint/json_file.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <limits>

namespace quantscope {

namespace {

constexpr std::uint64_t largestFile = 16U << 20;

bool isId(const nlohmann::json& value) {
    return value.is_number_integer() && value >= 0 &&
           value <= std::numeric_limits<std::int32_t>::max();
}

std::vector<std::int32_t> endTokensIn(const std::filesystem::path& file) {
    const nlohmann::json json = readJsonObject(file, largestFile);
    const auto found = json.find("eos_token_id");
    if (found == json.end() || found->is_null())
        return {};
    std::vector<std::int32_t> ids;
    for (const nlohmann::json& id : found->is_array() ? *found : nlohmann::json::array({*found})) {
        if (!isId(id))
            throw Error(ErrorKind::Input,
                        fmt::format("{} has eos_token_id = {}; expected an id or a list of ids.",
                                    file.string(), found->dump()));
        ids.push_back(id.get<std::int32_t>());
    }
    return ids;
}

} // namespace

std::vector<std::int32_t> endTokens(const std::filesystem::path& model) {
    if (!std::filesystem::is_directory(model)) {
        const GgufMetadata metadata = readGgufMetadata(FileHandle(model));
        const auto id = metadata.integer("tokenizer.ggml.eos_token_id", 0,
                                         std::numeric_limits<std::int32_t>::max());
        return id ? std::vector{static_cast<std::int32_t>(*id)} : std::vector<std::int32_t>{};
    }
    for (const char* name : {"generation_config.json", "config.json"})
        if (std::filesystem::exists(model / name))
            if (std::vector<std::int32_t> ids = endTokensIn(model / name); !ids.empty())
                return ids;
    return {};
}

} // namespace quantscope
