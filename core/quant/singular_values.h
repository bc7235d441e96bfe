#pragma once

#include <torch/types.h>

#include <cstdint>

namespace quantscope {

/// A matrix by its singular values: W = U diag(S) Vᵀ, with rank = min(rows, columns) of them in
/// descending order.
struct SingularValues {
    torch::Tensor left;   // [rows, rank], U
    torch::Tensor values; // [rank], S
    torch::Tensor right;  // [rank, columns], Vᵀ

    std::int64_t rank() const { return values.size(0); }
};

/// @param weight  [rows, columns], f32 or f64, finite
SingularValues decompose(const torch::Tensor& weight);

/// Whether these are the singular values of the matrix: shapes, order, orthonormal sides, and the
/// product, the last two on a few random vectors.
bool isDecompositionOf(const SingularValues& values, const torch::Tensor& weight);

/// Values held by the decomposition of a matrix of that shape.
std::int64_t decompositionElements(std::int64_t rows, std::int64_t columns);

} // namespace quantscope
