#pragma once

#include "core/checkpoint/safetensors_file.h"

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace quantscope {

/// The safetensors files of a model directory, seen as one.
class Shards {
public:
    struct Place {
        std::size_t file = 0;
        const SafetensorsTensor* tensor = nullptr;
    };

    /// Opens model.safetensors or what model.safetensors.index.json names.
    /// @throws Error (Input): no weights or pickled ones, a missing shard, a shard outside the
    /// directory, a tensor that isn't where the index says or stands in two shards.
    explicit Shards(const std::filesystem::path& directory);

    const std::vector<SafetensorsFile>& files() const { return m_files; }
    const std::unordered_map<std::string, Place>& tensors() const { return m_tensors; }
    const Place* find(const std::string& name) const;

private:
    std::vector<SafetensorsFile> m_files;
    std::unordered_map<std::string, Place> m_tensors;

    void addFile(const std::filesystem::path& path);
    void openIndex(const std::filesystem::path& directory, const std::filesystem::path& index);
};

} // namespace quantscope
