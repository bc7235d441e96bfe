#pragma once

#include "core/model/block.h"

namespace quantscope {

// Weights where a walk computes. Tensors that are there already are shared, not copied.

BlockWeights onDevice(const BlockWeights& block, torch::Device device);
/// The same through pinned host memory and on a stream of its own, beside what a GPU computes
/// meanwhile; returns when all is there. For a thread that makes blocks ahead.
BlockWeights streamedToDevice(const BlockWeights& block, torch::Device device);

RotaryTables onDevice(const RotaryTables& tables, torch::Device device);

} // namespace quantscope
