#pragma once

#include "core/checkpoint/model_config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quantscope {

inline constexpr const char* embeddingTensorName = "model.embed_tokens.weight";
inline constexpr const char* finalNormTensorName = "model.norm.weight";
inline constexpr const char* outputTensorName = "lm_head.weight";

/// A tensor that a model of some configuration consists of.
struct ModelTensor {
    std::string name;
    std::vector<std::int64_t> shape; ///< [out, in] for matrices, [size] for norms and biases
};

/// Every tensor of a model in the order of its forward pass: the embedding, the blocks, the final
/// norm and, unless it is tied to the embedding, the output matrix.
std::vector<ModelTensor> modelTensors(const ModelConfig& config);

} // namespace quantscope
