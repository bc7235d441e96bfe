#pragma once

#include "core/ranks/ranks.h"

#include <torch/types.h>

#include <vector>

namespace quantscope {

/// Together: every rank's tensor, by rank, in the memory of the first one; nothing elsewhere.
/// Tensors are f32, f64 or i64, of any shape, or undefined.
std::vector<torch::Tensor> gatherTensors(Ranks& ranks, const torch::Tensor& own);

/// The sum of what all ranks have, at the first one; `own` at the others.
double gatherSum(Ranks& ranks, double own);

} // namespace quantscope
