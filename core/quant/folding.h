#pragma once

#include "core/quant/quantizer.h"

#include <optional>

namespace quantscope {

/// The site that a module's output becomes, where a folded scale may stand on it: q, k, v and up.
/// Experts' matrices have none: see outputScale().
std::optional<Site> outputSite(Module module);

/// What is folded at a module's input or output; nullptr: nothing.
const torch::Tensor* inputScale(const Basis& basis, Module module);
const torch::Tensor* outputScale(const Basis& basis, Module module);

/// The matrix as a lane of that basis has it: its input channels times the input's scale, its
/// output channels over the output's. Differentiable in the scales.
/// @param weight  f32 [out, in], as the checkpoint has it
torch::Tensor foldScales(const torch::Tensor& weight, const Basis& basis, Module module);

/// The block as a lane of that basis has it: norms divided by the scale of what they feed,
/// matrices as foldScales(), biases divided by the output's scale. Its outputs are the same.
BlockWeights foldBlock(const BlockWeights& weights, const Basis& basis);

/// The parts of that which are no quantized matrix and no γ: biases of norms and matrices, and what
/// routes tokens to experts.
void foldRest(BlockWeights& weights, const Basis& basis);

// Where a diagonal scale can stand between two neighbours without changing what the block computes.

/// Whether a norm alone feeds the matrices that read this site (Ln1 or Ln2).
bool foldsIntoNorm(const ModelConfig& config, Site site);
/// Whether the rows of up can take what the columns of down are multiplied with: through a gate's
/// product, or an activation that keeps positive factors.
bool foldsThroughMlp(const ModelConfig& config);

} // namespace quantscope
