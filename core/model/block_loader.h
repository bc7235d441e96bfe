#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/model_shape.h"
#include "core/model/block.h"

namespace quantscope {

/// Reads one block of a checkpoint into f32. @throws Error (Input)
BlockWeights loadBlock(const Checkpoint& checkpoint, std::int64_t layer);

/// What the first block reads: rows of the embedding, projected, scaled and with learned positions
/// added where the family does so.
/// @param ids  of whole windows, one after another
/// @return     [windows, positions, hidden]
torch::Tensor embedTokens(const Checkpoint& checkpoint, const std::vector<std::int64_t>& ids,
                          std::int64_t positions);

/// The same for tokens that stand anywhere. @param positions  of each id @return [ids, hidden]
torch::Tensor embedTokensAt(const Checkpoint& checkpoint, const std::vector<std::int64_t>& ids,
                            std::vector<std::int64_t> positions);

/// Rows of the embedding as it is stored, f32. [ids, embedding]
torch::Tensor loadEmbeddingRows(const Checkpoint& checkpoint, const std::vector<std::int64_t>& ids);

/// Rows of the output matrix (the embedding where tied), f32.
/// @param rows  the first rows alone; −1: all
torch::Tensor loadOutputMatrix(const Checkpoint& checkpoint,
                               std::int64_t rows = -1); // [vocabulary or rows, embedding]

/// What a model does with the residual stream after its last block, but for the output matrix.
struct FinalStep {
    NormWeights norm;         ///< undefined: none
    torch::Tensor projection; // [embedding, hidden]; undefined: none
};
FinalStep loadFinalStep(const Checkpoint& checkpoint);

/// γ of the final norm. [hidden]
torch::Tensor loadFinalNorm(const Checkpoint& checkpoint);

/// The state that the output matrix reads, in differentiable operations. […, hidden] →
/// […, embedding]
torch::Tensor finalState(const ModelConfig& config, const FinalStep& step,
                         const torch::Tensor& hidden);

/// Logits within the model's scale and cap, differentiable.
torch::Tensor scaledLogits(const ModelConfig& config, const torch::Tensor& logits);

} // namespace quantscope
