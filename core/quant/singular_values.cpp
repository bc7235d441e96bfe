#include "core/quant/singular_values.h"

#include <algorithm>
#include <tuple>

namespace quantscope {

namespace {

/// f32 decompositions of a few thousand rows keep six digits; a damaged one keeps none.
constexpr double tolerance = 1e-3;
constexpr std::int64_t probes = 4;

/// Random signs that depend on the size alone.
torch::Tensor probeVectors(std::int64_t size, const torch::TensorOptions& options) {
    constexpr std::int64_t multiplier = 2654435761; // of Knuth's multiplicative hash
    const torch::Tensor bits =
        torch::arange(size * probes).mul(multiplier).div(std::int64_t(1) << 30, "floor").remainder(2);
    return (bits * 2 - 1).to(options.dtype()).view({size, probes});
}

bool isClose(const torch::Tensor& found, const torch::Tensor& expected) {
    const double size = expected.norm().item<double>();
    return (found - expected).norm().item<double>() <= tolerance * std::max(size, 1e-30);
}

} // namespace

SingularValues decompose(const torch::Tensor& weight) {
    const at::NoGradGuard noGradients;
    auto [left, values, right] = at::linalg_svd(weight.detach(), /*full_matrices=*/false);
    return {left.contiguous(), values.contiguous(), right.contiguous()};
}

bool isDecompositionOf(const SingularValues& factors, const torch::Tensor& weight) {
    const at::NoGradGuard noGradients;
    const std::int64_t rows = weight.size(0);
    const std::int64_t columns = weight.size(1);
    const std::int64_t rank = std::min(rows, columns);
    if (factors.left.sizes() != at::IntArrayRef({rows, rank}) ||
        factors.values.sizes() != at::IntArrayRef({rank}) ||
        factors.right.sizes() != at::IntArrayRef({rank, columns}))
        return false;
    const bool descends =
        rank < 2 ||
        (factors.values.slice(0, 0, rank - 1) >= factors.values.slice(0, 1)).all().item<bool>();
    if (!descends || factors.values[rank - 1].item<double>() < 0)
        return false;
    const torch::Tensor inputs = probeVectors(columns, weight.options());
    const torch::Tensor inner = probeVectors(rank, weight.options());
    const torch::Tensor product =
        at::mm(factors.left, factors.values.unsqueeze(1) * at::mm(factors.right, inputs));
    return isClose(product, at::mm(weight, inputs)) &&
           isClose(at::mm(factors.left.t(), at::mm(factors.left, inner)), inner) &&
           isClose(at::mm(factors.right, at::mm(factors.right.t(), inner)), inner);
}

std::int64_t decompositionElements(std::int64_t rows, std::int64_t columns) {
    return std::min(rows, columns) * (rows + columns + 1);
}

} // namespace quantscope
