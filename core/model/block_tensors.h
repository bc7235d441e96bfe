#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/model_tensors.h"
#include "core/model/block.h"

#include <functional>

namespace quantscope {

/// A block's tensor by what it is to the model; undefined where the block has none.
torch::Tensor blockTensor(const ModelConfig& config, const BlockWeights& block,
                          const TensorRole& role);

/// A tensor of a checkpoint as it is stored, f32.
torch::Tensor storedTensor(const Checkpoint& checkpoint, const std::string& name);

/// The same of a block that a method changed: what it left alone is read from the checkpoint, so
/// that it stays exact; what it changed is stored as the family does (γ less the offset).
/// @param reference  the block as it was loaded from the checkpoint
torch::Tensor storedTensor(const Checkpoint& checkpoint, const BlockWeights& reference,
                           const BlockWeights& changed, const ModelTensor& tensor);

/// A tensor of a family's files, put together from the model's tensors that it holds.
torch::Tensor assemble(const FileTensor& file,
                       const std::function<torch::Tensor(const ModelTensor& part)>& valueOf);

} // namespace quantscope
