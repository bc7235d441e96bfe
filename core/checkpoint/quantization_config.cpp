#include "core/checkpoint/quantization_config.h"

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/json_file.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <system_error>

namespace quantscope {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largestConfig = 4 << 20;

QuantizationConfig describe(const nlohmann::json& object, const std::string& place,
                            const std::string& defaultMethod) {
    if (!object.is_object())
        throw Error(ErrorKind::Input,
                    fmt::format("{} is a JSON {}; expected an object.", place, object.type_name()));
    ConfigReader reader(object, place);
    std::string method = reader.text("quant_method").value_or(defaultMethod);
    // bitsandbytes' first configurations had no name.
    if (method.empty() && (reader.has("load_in_4bit") || reader.has("load_in_8bit")))
        method = "bitsandbytes";
    if (method.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no quant_method, so it is unknown how the checkpoint was "
                                "quantized; expected gptq, awq, compressed-tensors, bitsandbytes "
                                "or hqq.",
                                place));
    std::transform(method.begin(), method.end(), method.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return {object, place, method};
}

} // namespace

std::optional<QuantizationConfig> readQuantizationConfig(const fs::path& modelDirectory) {
    const fs::path path = modelDirectory / "config.json";
    const nlohmann::json config = readJsonObject(path, largestConfig);
    // The older name was used by compressed-tensors alone, at first without a method.
    for (const auto& [key, method] :
         {std::pair{"quantization_config", ""}, {"compression_config", "compressed-tensors"}})
        if (const auto found = config.find(key); found != config.end() && !found->is_null())
            return describe(*found, fmt::format("{}, in {}", path.string(), key), method);
    for (const auto& [file, method] :
         {std::pair{"quantize_config.json", "gptq"}, {"quant_config.json", "awq"}}) {
        std::error_code ignored;
        if (fs::exists(modelDirectory / file, ignored))
            return describe(readJsonObject(modelDirectory / file, largestConfig),
                            (modelDirectory / file).string(), method);
    }
    return std::nullopt;
}

} // namespace quantscope
