#include "core/checkpoint/shards.h"

#include "core/checkpoint/json_file.h"
#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

namespace quantscope {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largestIndex = 32 << 20;
constexpr std::size_t mostShards = 4096;

bool hasEntry(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

/// Why a directory without safetensors files isn't a model, as far as its files tell.
[[noreturn]] void refuseDirectory(const fs::path& directory) {
    std::error_code error;
    std::string pickled;
    std::string gguf;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string extension = entry->path().extension().string();
        const std::string name = entry->path().filename().string();
        if (extension == ".gguf")
            gguf = name;
        else if (extension == ".bin" || extension == ".pt" || extension == ".pth" ||
                 extension == ".ckpt")
            pickled = pickled.empty() ? name : std::min(pickled, name);
    }
    if (!pickled.empty())
        throw Error(
            ErrorKind::Input,
            fmt::format("{} holds pickled weights ({}), which can run any code when they are read "
                        "and are therefore refused; convert them with Python: "
                        "transformers.AutoModelForCausalLM.from_pretrained(OLD, "
                        "torch_dtype=\"auto\").save_pretrained(NEW, safe_serialization=True).",
                        directory.string(), pickled));
    if (!gguf.empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no model.safetensors but a GGUF file ({}): to read that, "
                                "give the path of the file.",
                                directory.string(), gguf));
    throw Error(ErrorKind::Input,
                fmt::format("{} has neither model.safetensors nor model.safetensors.index.json.",
                            directory.string()));
}

} // namespace

Shards::Shards(const fs::path& directory) {
    const fs::path single = directory / "model.safetensors";
    const fs::path index = directory / "model.safetensors.index.json";
    if (hasEntry(single))
        addFile(single);
    else if (hasEntry(index))
        openIndex(directory, index);
    else
        refuseDirectory(directory);
    // Only now: the vector of files has stopped moving.
    for (std::size_t i = 0; i < m_files.size(); ++i)
        for (const SafetensorsTensor& tensor : m_files[i].tensors()) {
            const auto [place, isNew] = m_tensors.try_emplace(tensor.name, Place{i, &tensor});
            if (!isNew)
                throw Error(ErrorKind::Input,
                            fmt::format("The tensor {} stands in both {} and {}.", tensor.name,
                                        m_files[place->second.file].path().string(),
                                        m_files[i].path().string()));
        }
}

void Shards::addFile(const fs::path& path) { m_files.emplace_back(path); }

void Shards::openIndex(const fs::path& directory, const fs::path& index) {
    const nlohmann::json object = readJsonObject(index, largestIndex);
    const auto map = object.find("weight_map");
    if (map == object.end() || !map->is_object() || map->empty())
        throw Error(ErrorKind::Input,
                    fmt::format("{} has no weight_map that names a shard for each tensor.",
                                index.string()));
    std::map<std::string, std::size_t> shards;
    for (const auto& [tensor, shard] : map->items()) {
        const std::string name = shard.is_string() ? shard.get<std::string>() : std::string();
        if (name.empty() || name.find('\0') != std::string::npos || name == "." || name == ".." ||
            fs::path(name).filename() != name)
            throw Error(
                ErrorKind::Input,
                fmt::format("{} places the tensor {} in {}; expected the name of a file in "
                            "the same directory.",
                            index.string(), tensor,
                            shard.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace)));
        shards.emplace(name, 0);
        if (shards.size() > mostShards)
            throw Error(ErrorKind::Input,
                        fmt::format("{} names more than {} shards.", index.string(), mostShards));
    }
    for (const auto& [name, position] : shards)
        if (std::error_code ignored; !fs::exists(directory / name, ignored))
            throw Error(ErrorKind::Input,
                        fmt::format("The shard {} is missing, which {} names; fetch or copy the "
                                    "checkpoint again.",
                                    (directory / name).string(), index.string()));
    m_files.reserve(shards.size());
    for (auto& [name, position] : shards) {
        position = m_files.size();
        addFile(directory / name);
    }
    for (const auto& [tensor, shard] : map->items()) {
        const SafetensorsFile& file = m_files[shards.at(shard.get<std::string>())];
        if (!file.find(tensor))
            throw Error(ErrorKind::Input,
                        fmt::format("{} places the tensor {} in {}, but that file has no such "
                                    "tensor.",
                                    index.string(), tensor, file.path().string()));
    }
}

const Shards::Place* Shards::find(const std::string& name) const {
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : &found->second;
}

} // namespace quantscope
