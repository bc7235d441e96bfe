#pragma once

#include "core/quant/quantizer.h"

#include <optional>

namespace quantscope {

/// The site that a module's output becomes, where a folded scale may stand on it: q, k, v and up.
std::optional<Site> outputSite(Module module);

/// The matrix as a lane of that basis has it: its input channels times the input's scale, its
/// output channels over the output's. Differentiable in the scales.
/// @param weight  f32 [out, in], as the checkpoint has it
torch::Tensor foldScales(const torch::Tensor& weight, const Basis& basis, Module module);

/// The block as a lane of that basis has it: norms divided by the scale of what they feed,
/// matrices as foldScales(), biases divided by the output's scale. Its outputs are the same.
BlockWeights foldBlock(const BlockWeights& weights, const Basis& basis);

} // namespace quantscope
