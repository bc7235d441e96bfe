#include "core/quant/hessian.h"

#include "core/data/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace quantscope {

namespace {

/// Rows of the sum that are one product: fewer leave less beyond the diagonal, more fill the cores.
constexpr std::int64_t panel = 256;

/// The same as invertFactor for a matrix of few channels: below the size at which the products of a
/// linear algebra library, and still more its threads or a GPU's kernels, cost less than they save.
bool invertSmallFactor(torch::Tensor& matrix) {
    const std::int64_t width = matrix.size(0);
    torch::Tensor here = matrix.cpu(); // the same tensor where it is there
    auto a = here.accessor<float, 2>();
    std::vector<double> inverse(static_cast<std::size_t>(width * width));
    const auto at = [&](std::int64_t row, std::int64_t column) -> double& {
        return inverse[static_cast<std::size_t>(row * width + column)];
    };
    // L, row by row.
    for (std::int64_t row = 0; row < width; ++row)
        for (std::int64_t column = 0; column <= row; ++column) {
            double rest = a[row][column];
            for (std::int64_t k = 0; k < column; ++k)
                rest -= at(row, k) * at(column, k);
            if (column < row)
                at(row, column) = rest / at(column, column);
            else if (rest > 0)
                at(row, row) = std::sqrt(rest);
            else
                return false; // not positive, or not a number
        }
    // L⁻¹ in its place: a row needs those above it, and of itself what stands to the right.
    for (std::int64_t row = 0; row < width; ++row) {
        const double scale = 1 / at(row, row);
        for (std::int64_t column = 0; column < row; ++column) {
            double sum = 0;
            for (std::int64_t k = column; k < row; ++k)
                sum += at(row, k) * at(k, column);
            at(row, column) = -sum * scale;
        }
        at(row, row) = scale;
    }
    for (std::int64_t row = 0; row < width; ++row)
        for (std::int64_t column = 0; column < width; ++column)
            a[row][column] = static_cast<float>(at(row, column));
    if (!here.is_same(matrix))
        matrix.copy_(here);
    return true;
}

/// L⁻¹ of A = L Lᵀ in place of A, by halves, so that nearly all of it are matrix products.
/// @param matrix  f32 [n, n]; what is above its diagonal becomes 0
/// @return        whether it was positive definite; if not, it is spoilt
bool invertFactor(torch::Tensor matrix, const Job& job) {
    constexpr std::int64_t smallest = 64; // channels that are worth halving
    const std::int64_t width = matrix.size(0);
    if (width <= smallest)
        return invertSmallFactor(matrix);
    job.throwIfStopped();
    const std::int64_t half = (width / 2 + 15) / 16 * 16;
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

HessianSum::HessianSum(std::int64_t width, torch::Device device)
    : m_sum(torch::zeros({width, width}, torch::dtype(torch::kFloat32).device(device))) {}

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
