#pragma once

#include "core/quant/grids.h"

namespace quantscope {

/// OmniQuant's learnable weight clipping of one matrix: a group's range is [σ(β) min, σ(γ) max]
/// (Shao et al. 2023, arXiv 2308.13137, equation 2).
struct LearnedClipping {
    torch::Tensor upper; // f32 [rows, groups], γ
    torch::Tensor lower; // f32 [rows, groups], β

    /// γ = β = 4, which keeps 98 % of the range.
    static LearnedClipping start(const torch::Tensor& weight, std::int64_t group);

    /// Scale (max − min)/(2^bits − 1) and zero point round(−min/s) within ±1e4. The scale is
    /// differentiable in γ, β and the weight; zero points count as constants.
    Grid grid(const torch::Tensor& weight, int bits, std::int64_t group) const;
};

} // namespace quantscope
