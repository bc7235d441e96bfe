#include "core/quant/hessian.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace quantscope {

namespace {

constexpr std::int64_t panel = 512;

/// L⁻¹ of a lower triangle, upside down: element (i, j) lands at (n − 1 − i, n − 1 − j), so that
/// the result is the upper triangle asked for. Panels of columns, below the diagonal only.
torch::Tensor flippedInverse(const torch::Tensor& lower, const Job& job) {
    const std::int64_t width = lower.size(0);
    torch::Tensor result = torch::zeros({width, width}, lower.options());
    for (std::int64_t start = 0; start < width; start += panel) {
        job.throwIfStopped();
        const std::int64_t count = std::min(panel, width - start);
        const torch::Tensor identity = torch::eye(width - start, count, lower.options());
        const torch::Tensor part = at::linalg_solve_triangular(
            lower.slice(0, start).slice(1, start), identity, /*upper=*/false);
        result.slice(0, 0, width - start)
            .slice(1, width - start - count, width - start)
            .copy_(part.flip({0, 1}));
    }
    return result;
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
        torch::Tensor lower;
        torch::Tensor failed;
        std::tie(lower, failed) = at::linalg_cholesky_ex(hessian);
        if (failed.item<int>() == 0) {
            hessian.reset();
            factor.upper = flippedInverse(lower, job);
            return factor;
        }
        if (factor.damping >= largestDamping)
            throw Error(ErrorKind::Input,
                        fmt::format("The Hessian of a layer with {} inputs is not positive "
                                    "definite even with damping {}. Calibrate on more text.",
                                    lower.size(0), factor.damping));
        factor.damping = std::min(largestDamping, std::max(factor.damping, 1e-4) * 10);
    }
}

} // namespace quantscope
