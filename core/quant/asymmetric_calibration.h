#pragma once

#include "core/quant/hessian.h"

namespace quantscope {

/// C = (2/n) Σ Δx xᵀ over a layer's inputs: x as the quantized blocks before give it, Δx what the
/// full-precision ones give less x. A running mean, as HessianSum.
class InputDifferenceSum {
public:
    explicit InputDifferenceSum(std::int64_t width, torch::Device device = torch::kCPU);

    /// @param full       f32 [n, width], inputs in the full-precision model
    /// @param quantized  f32 [n, width], inputs of the same tokens in the quantized model
    void add(const torch::Tensor& full, const torch::Tensor& quantized);

    /// f32 [width, width], rows by Δx; the sum is empty afterwards.
    torch::Tensor take();

private:
    torch::Tensor m_sum;
    std::int64_t m_samples = 0;
};

/// P = α · triu(C Uᵀ, 1) · U, by which GPTAQ corrects the columns still to come for what the
/// inputs of a column have already lost: W[:, later] += w · P[column, later] (Li et al. 2025,
/// arXiv 2504.02692). Strictly upper triangular.
/// @param differences  C in natural order, f32 [width, width]; consumed
/// @return             f32 [width, width] in the order of the factor
torch::Tensor asymmetryCorrection(torch::Tensor differences, const HessianFactor& factor,
                                  double alpha);

} // namespace quantscope
