#pragma once

#include "core/model/block.h"

namespace quantscope {

// Weights where a walk computes. Tensors that are there already are shared, not copied.

BlockWeights onDevice(const BlockWeights& block, torch::Device device);
RotaryTables onDevice(const RotaryTables& tables, torch::Device device);

} // namespace quantscope
