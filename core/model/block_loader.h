#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/model/block.h"

namespace quantscope {

/// Reads one block of a checkpoint into f32. @throws Error (Input)
BlockWeights loadBlock(const Checkpoint& checkpoint, std::int64_t layer);

/// Rows of the embedding, output matrix (the embedding where tied) or the final norm, f32.
torch::Tensor loadEmbeddingRows(const Checkpoint& checkpoint, const std::vector<std::int64_t>& ids);
/// @param rows  the first rows alone; −1: all
torch::Tensor loadOutputMatrix(const Checkpoint& checkpoint,
                               std::int64_t rows = -1);    // [vocabulary or rows, hidden]
torch::Tensor loadFinalNorm(const Checkpoint& checkpoint); // [hidden]

/// Elements of one block's matrices and norms.
std::int64_t blockElements(const ModelConfig& config);

} // namespace quantscope
