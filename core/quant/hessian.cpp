#include "core/quant/hessian.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace quantscope {

namespace {

/// Rows of the sum that are one product: fewer leave less beyond the diagonal, more fill the cores.
constexpr std::int64_t panel = 256;

/// L⁻¹ of A = L Lᵀ in place of A, by halves, so that nearly all of it are matrix products.
/// @param matrix  f32 [n, n]; what is above its diagonal becomes 0
/// @return        whether it was positive definite; if not, it is spoilt
bool invertFactor(torch::Tensor matrix, const Job& job) {
    constexpr std::int64_t smallest = 192; // channels that are worth halving
    const std::int64_t width = matrix.size(0);
    if (width <= smallest) {
        const auto [lower, failed] = at::linalg_cholesky_ex(matrix);
        if (failed.item<int>() != 0)
            return false;
        matrix.copy_(at::linalg_solve_triangular(lower, torch::eye(width, lower.options()),
                                                 /*upper=*/false));
        return true;
    }
    job.throwIfStopped();
    const std::int64_t half = (width / 2 + 63) / 64 * 64;
    const torch::Tensor first = matrix.slice(0, 0, half).slice(1, 0, half);
    torch::Tensor below = matrix.slice(0, half).slice(1, 0, half);
    torch::Tensor second = matrix.slice(0, half).slice(1, half);
    if (!invertFactor(first, job))
        return false;
    below.copy_(at::mm(below, first.t())); // L of this part
    second.addmm_(below, below.t(), 1, -1);
    if (!invertFactor(second, job))
        return false;
    below.addmm_(second, at::mm(below, first), 0, -1);
    matrix.slice(0, 0, half).slice(1, half).zero_();
    return true;
}

} // namespace

HessianSum::HessianSum(std::int64_t width) : m_sum(torch::zeros({width, width}, torch::kFloat32)) {}

void HessianSum::add(const torch::Tensor& rows) {
    const std::int64_t width = m_sum.size(0);
    const auto before = static_cast<double>(m_samples);
    m_samples += rows.size(0);
    const auto after = static_cast<double>(m_samples);
    for (std::int64_t start = 0; start < width; start += panel) {
        const std::int64_t end = std::min(width, start + panel);
        torch::Tensor part = m_sum.slice(0, start, end).slice(1, start);
        part.addmm_(rows.slice(1, start, end).t(), rows.slice(1, start), before / after, 2 / after);
    }
}

torch::Tensor HessianSum::take() {
    const std::int64_t width = m_sum.size(0);
    for (std::int64_t start = panel; start < width; start += panel) {
        const std::int64_t end = std::min(width, start + panel);
        m_sum.slice(0, start, end)
            .slice(1, 0, start)
            .copy_(m_sum.slice(0, 0, start).slice(1, start, end).t());
    }
    m_samples = 0;
    return std::exchange(m_sum, torch::Tensor());
}

HessianFactor factorHessian(torch::Tensor hessian, double damping, bool byActivation,
                            const Job& job) {
    constexpr double largestDamping = 1;
    HessianFactor factor;
    torch::Tensor diagonal = hessian.diagonal();
    factor.dead = diagonal == 0;
    diagonal.masked_fill_(factor.dead, 1);
    if (byActivation) {
        factor.permutation = std::get<1>(diagonal.sort(/*stable=*/true, 0, /*descending=*/true));
        hessian = hessian.index_select(0, factor.permutation).index_select(1, factor.permutation);
        diagonal = hessian.diagonal();
    }
    const double mean = diagonal.mean(torch::kFloat64).item<double>();
    if (!std::isfinite(mean))
        throw Error(ErrorKind::Input,
                    "The calibration inputs of a layer are not finite, so GPTQ cannot weigh its "
                    "columns. Calibrate on other text, or on fewer examples to find the culprit.");

    diagonal.reset(); // else it holds on to the sum itself

    // With J turning the order round, J H J = L Lᵀ gives H⁻¹ = UᵀU with U = J L⁻¹ J: one
    // factorisation and one triangular inverse, and no inverse of H itself.
    hessian = hessian.flip({0, 1});
    factor.damping = damping;
    double added = 0;
    for (;;) {
        job.throwIfStopped();
        hessian.diagonal().add_(factor.damping * mean - added);
        added = factor.damping * mean;
        torch::Tensor inverse = hessian.clone();
        if (invertFactor(inverse, job)) {
            hessian.reset();
            factor.upper = inverse.flip({0, 1});
            return factor;
        }
        if (factor.damping >= largestDamping)
            throw Error(ErrorKind::Input,
                        fmt::format("The Hessian of a layer with {} inputs is not positive "
                                    "definite even with damping {}. Calibrate on more text.",
                                    hessian.size(0), factor.damping));
        factor.damping = std::min(largestDamping, std::max(factor.damping, 1e-4) * 10);
    }
}

} // namespace quantscope
