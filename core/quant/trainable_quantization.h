#pragma once

#include "core/quant/grids.h"

namespace quantscope {

/// x rounded, with the gradient of x (straight-through estimator).
torch::Tensor roundStraightThrough(const torch::Tensor& x);

/// x clamped to [low, high], with the gradient of x.
torch::Tensor clampStraightThrough(const torch::Tensor& x, double low, double high);

/// W~ = s (clamp(round(w/s) + z, 0, 2^bits − 1) − z) with gradients for w, s and z where rounding
/// counts as the identity: with m = 1 inside the codes' range and 0 outside,
/// ∂w~/∂w = m, ∂w~/∂z = s (m − 1), ∂w~/∂s = q − z − m w/s.
/// @param weight  f32 [rows, columns]
/// @param grid    f32 [rows, groups] of `group` columns; zero points as they are to be used
torch::Tensor trainableQuantize(const torch::Tensor& weight, const Grid& grid, int bits,
                                std::int64_t group);

} // namespace quantscope
