#pragma once

#include "core/checkpoint/model_config.h"
#include "core/data/model_summary.h"
#include "core/data/site.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

enum class StoredType { F32, F16, BF16 };

/// A tensor of a checkpoint on disk.
struct StoredTensor {
    std::string name;
    StoredType type = StoredType::F32;
    std::vector<std::int64_t> shape;
    std::filesystem::path file;
    std::uint64_t fileOffset = 0; ///< of its first byte
    std::uint64_t bytes = 0;

    std::int64_t elements() const;
};

/// A model directory: its configuration and its tensors, read a few at a time with pread, so that
/// no page of a file stays resident. Headers are checked on opening: types, shapes against the
/// configuration, bounds, overlaps, missing shards and tensors.
/// Reading is safe from several threads.
class Checkpoint {
public:
    /// @throws Error (Input) naming file, tensor, expected and found.
    static std::unique_ptr<Checkpoint> open(const std::filesystem::path& modelDirectory);

    virtual ~Checkpoint() = default;

    virtual const ModelConfig& config() const = 0;
    virtual const std::vector<StoredTensor>& tensors() const = 0;
    virtual const StoredTensor* find(const std::string& name) const = 0;

    /// Rows [firstRow, firstRow + rows) of a tensor (a vector is one row of its elements)
    /// converted to f32 into `out` (rows × columns elements).
    /// @throws Error (Input) when the file is truncated or a value is NaN or infinite, naming
    /// tensor and index.
    virtual void read(const StoredTensor& tensor, std::int64_t firstRow, std::int64_t rows,
                      std::span<float> out) const = 0;

    /// Hash of the configuration and of every tensor's header and bytes sampled at fixed places;
    /// hexadecimal. Cheap even for large files.
    virtual std::string contentHash() const = 0;
};

/// Names of a Llama-like model's tensors.
std::string blockTensorName(std::int64_t layer, Module module, std::string_view suffix);
std::string normTensorName(std::int64_t layer, std::string_view norm); ///< "input_layernorm", …

ModelSummary summarize(const Checkpoint& checkpoint, const std::filesystem::path& directory);

} // namespace quantscope
