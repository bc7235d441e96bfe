#pragma once

#include "core/data/job.h"

#include <torch/types.h>

#include <cstdint>

namespace quantscope {

/// H = (2/n) Σ x xᵀ over a layer's inputs, accumulated as a running mean, so that neither many nor
/// large inputs leave the range of a float. Only the upper panels are computed.
class HessianSum {
public:
    explicit HessianSum(std::int64_t width, torch::Device device = torch::kCPU);

    /// @param rows  f32 [n, width], on the same device
    void add(const torch::Tensor& rows);

    /// The whole symmetric matrix, f32 [width, width]; the sum is empty afterwards.
    torch::Tensor take();

    std::int64_t samples() const { return m_samples; }

private:
    torch::Tensor m_sum;
    std::int64_t m_samples = 0;
};

/// What GPTQ needs of a Hessian; shared by all matrices of the same input.
struct HessianFactor {
    torch::Tensor upper;       // f32 [width, width], upper Cholesky factor U of H⁻¹ = UᵀU
    torch::Tensor dead;        // bool [width], columns (natural order) whose input is always 0
    torch::Tensor permutation; // i64 [width] or undefined: order in which columns are quantized
    double damping = 0;        ///< share of the mean diagonal that was added
};

/// Factors (P H Pᵀ + damping · mean(diag H) · I)⁻¹. Where that is not positive definite in f32,
/// damping is raised tenfold until it is.
/// @param hessian          consumed, so that no more than three such matrices live at once
/// @param byActivation     order columns by descending diagonal
/// @throws Error (Input) when the inputs were not finite or no damping up to 1 is enough.
HessianFactor factorHessian(torch::Tensor hessian, double damping, bool byActivation,
                            const Job& job);

} // namespace quantscope
