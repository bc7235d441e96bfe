#pragma once

// Copies of a model directory with changed numbers and configuration.

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/safetensors_writer.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace quantscope::testing {

/// A tensor on its way from the model to its copy.
struct CopiedTensor {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

struct ModelChanges {
    std::function<void(CopiedTensor&)> tensor = [](CopiedTensor&) {};
    std::function<void(nlohmann::json&)> config = [](nlohmann::json&) {};
    /// Whether a tensor is copied at all.
    std::function<bool(const std::string&)> keeps = [](const std::string&) { return true; };
};

/// Writes the model in f32, each tensor after `changes.tensor` has seen it.
inline void copyModel(const std::filesystem::path& from, const std::filesystem::path& to,
                      const ModelChanges& changes = {}) {
    std::filesystem::create_directories(to);
    for (const auto& entry : std::filesystem::directory_iterator(from))
        if (entry.path().filename().string().starts_with("tokenizer"))
            std::filesystem::copy_file(entry.path(), to / entry.path().filename(),
                                       std::filesystem::copy_options::overwrite_existing);
    std::ifstream in(from / "config.json");
    nlohmann::json config = nlohmann::json::parse(in);
    config["torch_dtype"] = "float32";
    changes.config(config);
    std::ofstream(to / "config.json") << config.dump();
    const auto checkpoint = Checkpoint::open(from);
    std::vector<CopiedTensor> copies;
    std::vector<SafetensorsEntry> entries;
    for (const StoredTensor& stored : checkpoint->tensors()) {
        if (!changes.keeps(stored.name))
            continue;
        CopiedTensor copy{stored.name, stored.shape,
                          std::vector<float>(static_cast<std::size_t>(stored.elements()))};
        checkpoint->read(stored, 0, stored.shape.size() > 1 ? stored.shape[0] : 1, copy.values);
        changes.tensor(copy);
        entries.push_back({copy.name, "F32", copy.shape});
        copies.push_back(std::move(copy));
    }
    SafetensorsWriter writer(to / "model.safetensors", entries);
    for (const CopiedTensor& copy : copies)
        writer.writeTensor<float>(copy.name, copy.values);
    writer.finish();
}

} // namespace quantscope::testing
