#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace quantscope {

/// Whether a Hadamard matrix of this order can be built here: powers of two (Sylvester), and those
/// times an order known by Paley's two constructions over prime fields or by Williamson's (52, 92,
/// 172).
bool hasHadamard(std::int64_t order);

/// The order in which `width` channels are transformed: the largest divisor of the width that
/// hasHadamard(). Runs of so many channels are transformed by themselves where it is not all.
std::int64_t hadamardOrder(std::int64_t width);

/// Orthogonal factors F₁, F₂, … with H/√order = F₁ ⊗ F₂ ⊗ …, each small enough that multiplying
/// by one after the other costs little beside a matrix of the full order. f32, square.
/// @throws Error (Internal) where there is no such matrix
std::vector<torch::Tensor> hadamardFactors(std::int64_t order);

/// x H/√order by runs of channels: channel c belongs with c ± stride, c ± 2 stride, …, so that
/// stride 1 transforms neighbours and stride `dimension` mixes heads of that dimension.
/// Differentiable. @param transposed  multiply by Hᵀ, the inverse
/// @param x  […, width], width divisible by order · stride
torch::Tensor hadamardTransform(const torch::Tensor& x, const std::vector<torch::Tensor>& factors,
                                std::int64_t stride, bool transposed);

} // namespace quantscope
