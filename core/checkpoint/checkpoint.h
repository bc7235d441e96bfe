#pragma once

#include "core/checkpoint/model_config.h"
#include "core/checkpoint/packed_matrix.h"
#include "core/checkpoint/stored_tensor.h"
#include "core/data/model_summary.h"
#include "core/data/site.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

/// A model: its configuration and its tensors, read a few at a time with pread, so that no page of
/// a file stays resident. Headers are checked on opening: types, shapes against the configuration,
/// bounds, overlaps, missing shards and tensors. What is stored quantized is dequantized when it is
/// read: whoever uses a checkpoint sees numbers under Hugging Face's names.
/// Reading is safe from several threads.
class Checkpoint {
public:
    /// A Hugging Face directory, quantized or not, or a GGUF file.
    /// @throws Error (Input) naming file, tensor, expected and found.
    static std::unique_ptr<Checkpoint> open(const std::filesystem::path& model);

    virtual ~Checkpoint() = default;

    virtual const ModelConfig& config() const = 0;
    virtual const std::vector<StoredTensor>& tensors() const = 0;
    virtual const StoredTensor* find(const std::string& name) const = 0;

    /// How the quantized matrices are stored, for a person: "GPTQ 4 bit, group 128, act order".
    /// Empty where nothing is quantized.
    virtual std::string quantizedFormat() const = 0;

    /// Rows [firstRow, firstRow + rows) of a tensor (a vector is one row of its elements)
    /// converted to f32 into `out` (rows × columns elements).
    /// @throws Error (Input) when the file is truncated or a value is NaN or infinite, naming
    /// tensor and index.
    virtual void read(const StoredTensor& tensor, std::int64_t firstRow, std::int64_t rows,
                      std::span<float> out) const = 0;

    /// The same rows as integer codes with their scales and zeros; nothing where the tensor is not
    /// stored as uniform codes. @throws Error (Input), as `read`.
    virtual std::optional<PackedMatrix>
    packed(const StoredTensor& /*tensor*/, std::int64_t /*firstRow*/, std::int64_t /*rows*/) const {
        return std::nullopt;
    }

    /// Hash of the configuration and of every tensor's header and bytes sampled at fixed places;
    /// hexadecimal. Cheap even for large files.
    virtual std::string contentHash() const = 0;
};

/// Names of a Llama-like model's tensors.
std::string blockTensorName(std::int64_t layer, Module module, std::string_view suffix);
std::string normTensorName(std::int64_t layer, std::string_view norm); ///< "input_layernorm", …

ModelSummary summarize(const Checkpoint& checkpoint, const std::filesystem::path& directory);

} // namespace quantscope
