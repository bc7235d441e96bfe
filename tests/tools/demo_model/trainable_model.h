#pragma once

#include "core/model/block.h"

#include <string>
#include <utility>
#include <vector>

namespace quantscope::demo {

/// A Llama-like model with weights that can be trained; the output matrix is the embedding.
struct TrainableModel {
    ModelConfig config;
    torch::Tensor embedding; // [vocabulary, hidden]
    std::vector<BlockWeights> blocks;
    torch::Tensor finalNorm; // [hidden]

    /// Every weight under its name in a Hugging Face checkpoint.
    std::vector<std::pair<std::string, torch::Tensor*>> weights();
};

/// Shape of the demo model for a vocabulary.
ModelConfig demoModelConfig(std::int64_t vocabularySize);

/// Normal weights of deviation 0.04, those that write to the residual stream scaled down by
/// sqrt(2 · layers); norms one.
TrainableModel randomModel(const ModelConfig& config, std::uint64_t seed);

/// The same weights (same memory) with gradients of their own.
TrainableModel sharedCopy(TrainableModel& model);

/// Mean negative log-likelihood in nat of every id after the first of each row; differentiable.
/// @param ids  [examples, tokens + 1], int64
torch::Tensor meanLoss(const TrainableModel& model, const RotaryTables& rotary,
                       const torch::Tensor& ids);

/// Writes config.json and model.safetensors in bf16. @throws Error (Output)
void saveModel(TrainableModel& model, const std::string& folder);

} // namespace quantscope::demo
