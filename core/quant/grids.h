#pragma once

#include "core/data/job.h"
#include "core/kernels/quantization.h"
#include "core/quant/quantizer.h"

#include <functional>
#include <string_view>

namespace quantscope {

std::string_view gridName(GridKind kind);

struct GridOptions {
    int bits = 4;
    std::int64_t group = 128; ///< columns; −1: the whole row. The last group may be shorter.
    GridKind kind = GridKind::Asymmetric;
    bool meanSquare = false; ///< search the range in 80 steps for the least Σ|w − w~|^2.4
    double clip = 1;         ///< share of a group's range that the codes cover
    bool perTensor = false;  ///< one grid for a whole matrix; `group` is -1 (findGrid alone)
};

/// Scale and zero point of every group.
struct Grid {
    torch::Tensor scales; // f32 [rows, groups]
    torch::Tensor zeros;  // f32 [rows, groups]
};

/// Columns of a group that a row of `columns` really has: `group`, or the whole row.
std::int64_t groupColumns(std::int64_t columns, std::int64_t group);
std::int64_t groupCount(std::int64_t columns, std::int64_t group);

/// Calls `visit(part [rows, groups, width], first group)` for the even groups of some rows and for
/// the shorter one at their end, if there is one.
/// @param rows  [rows, columns]
void forEvenAndLastGroups(const torch::Tensor& rows, std::int64_t group,
                          const std::function<void(const torch::Tensor&, std::int64_t)>& visit);

/// The grid of groups that lie along the last dimension, with a gradient where they have one.
/// @param groups  f32 [rows, count, width]
Grid findGridOfGroups(const torch::Tensor& groups, const GridOptions& options);

/// The grid of a matrix, with a gradient where it has one.
/// @param weight  f32 [rows, columns]
Grid findGrid(const torch::Tensor& weight, const GridOptions& options, const Job& job);

/// Codes of groups in f32 (whole numbers): clamp(round(w/s) + z, 0, 2^bits − 1).
/// @param scale, zero  broadcast against `weight`
torch::Tensor gridCodes(const torch::Tensor& weight, const torch::Tensor& scale,
                        const torch::Tensor& zero, int bits);

/// Every weight to the nearest point of the given grid (natural order of columns).
QuantizedLinear roundToGrid(const torch::Tensor& weight, const Grid& grid,
                            const GridOptions& options, const Job& job);

/// Round to nearest: the matrix on its own grid.
QuantizedLinear roundToNearest(const torch::Tensor& weight, const GridOptions& options,
                               const Job& job);

/// W~ of roundToGrid alone. @param grid  f32 [rows, groups] of `group` columns
torch::Tensor valuesOnGrid(const torch::Tensor& weight, const Grid& grid, int bits,
                           std::int64_t group);

/// W~ of roundToNearest alone, for searches that try many weights.
torch::Tensor fakeQuantize(const torch::Tensor& weight, const GridOptions& options, const Job& job);

} // namespace quantscope
