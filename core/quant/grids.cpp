#include "core/quant/grids.h"

#include "core/quant/device_kernels.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <array>
#include <limits>

namespace quantscope {

namespace {

constexpr int searchSteps = 80;
constexpr double searchStep = 0.01;
constexpr double searchExponent = 2.4;
constexpr double widestZero = 1e4;

/// Rows handled at once: temporaries stay small and near the core whatever the matrix.
constexpr std::int64_t chunkElements = 1 << 19;

std::int64_t chunkRows(std::int64_t columns) {
    return std::max<std::int64_t>(1, chunkElements / std::max<std::int64_t>(1, columns));
}

struct Range {
    torch::Tensor low;
    torch::Tensor high;
};

Range rangeOfGroups(const torch::Tensor& groups, GridKind kind, double clip) {
    Range range{groups.amin(-1), groups.amax(-1)};
    switch (kind) {
    case GridKind::Asymmetric:
        range = {range.low.clamp_max(0), range.high.clamp_min(0)};
        break;
    case GridKind::AsymmetricRaw:
    case GridKind::AsymmetricWide: {
        // A group of equal weights has no range of its own; with 0 in it the weight is exact.
        const torch::Tensor flat = range.low == range.high;
        range = {torch::where(flat, range.low.clamp_max(0), range.low),
                 torch::where(flat, range.high.clamp_min(0), range.high)};
        break;
    }
    case GridKind::Symmetric:
    case GridKind::SymmetricNarrow: {
        const torch::Tensor largest = torch::maximum(-range.low, range.high);
        range = {-largest, largest};
        break;
    }
    }
    if (clip < 1)
        range = {range.low * clip, range.high * clip};
    const torch::Tensor empty = range.low == range.high; // all weights are 0
    return {torch::where(empty, torch::full_like(range.low, -1), range.low),
            torch::where(empty, torch::full_like(range.high, 1), range.high)};
}

Grid gridOfRange(const Range& range, const GridOptions& options) {
    const double largestCode = (1 << options.bits) - 1;
    const double middle = 1 << (options.bits - 1);
    if (options.kind == GridKind::SymmetricNarrow)
        return {range.high / (middle - 1), torch::full_like(range.high, middle)};
    const torch::Tensor scale = (range.high - range.low) / largestCode;
    switch (options.kind) {
    case GridKind::AsymmetricRaw:
        return {scale, (-range.low / scale).round().clamp(0, largestCode)};
    case GridKind::AsymmetricWide:
        return {scale, (-range.low / scale).round().clamp(-widestZero, widestZero)};
    case GridKind::Symmetric:
        return {scale, torch::full_like(scale, middle)};
    default:
        return {scale, (-range.low / scale).round()};
    }
}

torch::Tensor decoded(const torch::Tensor& groups, const Grid& grid, int bits) {
    const torch::Tensor scale = grid.scales.unsqueeze(-1);
    const torch::Tensor zero = grid.zeros.unsqueeze(-1);
    return (gridCodes(groups, scale, zero, bits) - zero) * scale;
}

Grid searchGrid(const torch::Tensor& groups, const Range& range, const GridOptions& options) {
    Grid best;
    torch::Tensor leastError;
    for (int step = 0; step < searchSteps; ++step) {
        const double part = 1 - step * searchStep;
        const Grid grid = gridOfRange({range.low * part, range.high * part}, options);
        const torch::Tensor error =
            (decoded(groups, grid, options.bits) - groups).abs().pow(searchExponent).sum(-1);
        if (step == 0) {
            best = grid;
            leastError = error;
            continue;
        }
        const torch::Tensor better = error < leastError;
        best.scales = torch::where(better, grid.scales, best.scales);
        best.zeros = torch::where(better, grid.zeros, best.zeros);
        leastError = torch::where(better, error, leastError);
    }
    return best;
}

/// Whether a kernel finds the grid: by the bare range, and nobody asks for its gradient.
bool isPlain(const torch::Tensor& weight, const GridOptions& options) {
    return !options.meanSquare && !options.perTensor &&
           !(at::GradMode::is_enabled() && weight.requires_grad());
}

kernels::GroupShape shapeOf(const torch::Tensor& weight, std::int64_t group) {
    return {weight.size(0), weight.size(1), groupColumns(weight.size(1), group)};
}

kernels::GridRule ruleOf(const GridOptions& options) {
    return {options.kind, options.bits, static_cast<float>(options.clip)};
}

Grid emptyGrid(const torch::Tensor& weight, std::int64_t group) {
    const std::int64_t groups = groupCount(weight.size(1), group);
    return {torch::empty({weight.size(0), groups}, weight.options()),
            torch::empty({weight.size(0), groups}, weight.options())};
}

QuantizedLinear emptyLinear(const torch::Tensor& weight, const Grid& grid,
                            const GridOptions& options) {
    QuantizedLinear linear;
    linear.bits = options.bits;
    linear.rows = weight.size(0);
    linear.columns = weight.size(1);
    linear.groupSize = groupColumns(linear.columns, options.group);
    linear.scales = grid.scales.contiguous();
    linear.zeros = grid.zeros.contiguous();
    linear.perTensor = options.perTensor;
    linear.codes = torch::empty(weight.sizes(), weight.options().dtype(torch::kUInt8));
    return linear;
}

} // namespace

std::string_view gridName(GridKind kind) {
    constexpr std::array<std::string_view, 5> names = {
        "asymmetric", "asymmetric-raw", "asymmetric-wide", "symmetric", "symmetric-narrow"};
    return names[static_cast<std::size_t>(kind)];
}

std::int64_t groupColumns(std::int64_t columns, std::int64_t group) {
    return group < 1 || group > columns ? columns : group;
}

std::int64_t groupCount(std::int64_t columns, std::int64_t group) {
    const std::int64_t width = groupColumns(columns, group);
    return (columns + width - 1) / width;
}

void forEvenAndLastGroups(const torch::Tensor& rows, std::int64_t group,
                          const std::function<void(const torch::Tensor&, std::int64_t)>& visit) {
    const std::int64_t width = groupColumns(rows.size(1), group);
    const std::int64_t even = rows.size(1) / width;
    if (even > 0)
        visit(rows.slice(1, 0, even * width).reshape({rows.size(0), even, width}), 0);
    if (even * width < rows.size(1))
        visit(rows.slice(1, even * width).unsqueeze(1), even);
}

Grid findGridOfGroups(const torch::Tensor& groups, const GridOptions& options) {
    const Range range = rangeOfGroups(groups, options.kind, options.clip);
    return options.meanSquare ? searchGrid(groups, range, options) : gridOfRange(range, options);
}

Grid findGrid(const torch::Tensor& weight, const GridOptions& options, const Job& job) {
    const std::int64_t rows = weight.size(0);
    if (options.perTensor) {
        GridOptions asOneRow = options;
        asOneRow.perTensor = false;
        asOneRow.group = -1;
        const Grid one = findGrid(weight.reshape({1, -1}), asOneRow, job);
        return {one.scales.repeat({rows, 1}), one.zeros.repeat({rows, 1})};
    }
    Grid grid = emptyGrid(weight, options.group);
    if (isPlain(weight, options)) {
        job.throwIfStopped();
        quantizeGroups(weight.contiguous(), shapeOf(weight, options.group), ruleOf(options),
                       {.scales = grid.scales, .zeros = grid.zeros});
        return grid;
    }
    const std::int64_t step = chunkRows(weight.size(1));
    for (std::int64_t row = 0; row < rows; row += step) {
        job.throwIfStopped();
        const std::int64_t end = std::min(rows, row + step);
        forEvenAndLastGroups(
            weight.slice(0, row, end), groupColumns(weight.size(1), options.group),
            [&](const torch::Tensor& part, std::int64_t first) {
                const Grid found = findGridOfGroups(part, options);
                const std::int64_t last = first + part.size(1);
                grid.scales.slice(0, row, end).slice(1, first, last).copy_(found.scales);
                grid.zeros.slice(0, row, end).slice(1, first, last).copy_(found.zeros);
            });
    }
    return grid;
}

torch::Tensor gridCodes(const torch::Tensor& weight, const torch::Tensor& scale,
                        const torch::Tensor& zero, int bits) {
    return (weight / scale).round_().add_(zero).clamp_(0, (1 << bits) - 1);
}

QuantizedLinear roundToGrid(const torch::Tensor& weight, const Grid& grid,
                            const GridOptions& options, const Job& job) {
    job.throwIfStopped();
    const QuantizedLinear linear = emptyLinear(weight, grid, options);
    roundToGrids(weight.contiguous(), shapeOf(weight, options.group), options.bits,
                 {.scales = linear.scales, .zeros = linear.zeros, .codes = linear.codes});
    return linear;
}

QuantizedLinear roundToNearest(const torch::Tensor& weight, const GridOptions& options,
                               const Job& job) {
    if (!isPlain(weight, options))
        return roundToGrid(weight, findGrid(weight, options, job), options, job);
    job.throwIfStopped();
    const QuantizedLinear linear = emptyLinear(weight, emptyGrid(weight, options.group), options);
    quantizeGroups(weight.contiguous(), shapeOf(weight, options.group), ruleOf(options),
                   {.scales = linear.scales, .zeros = linear.zeros, .codes = linear.codes});
    return linear;
}

torch::Tensor valuesOnGrid(const torch::Tensor& weight, const Grid& grid, int bits,
                           std::int64_t group) {
    torch::Tensor result = torch::empty(weight.sizes(), weight.options());
    roundToGrids(
        weight.contiguous(), shapeOf(weight, group), bits,
        {.scales = grid.scales.contiguous(), .zeros = grid.zeros.contiguous(), .values = result});
    return result;
}

torch::Tensor fakeQuantize(const torch::Tensor& weight, const GridOptions& options,
                           const Job& job) {
    if (!isPlain(weight, options))
        return valuesOnGrid(weight, findGrid(weight, options, job), options.bits, options.group);
    job.throwIfStopped();
    torch::Tensor result = torch::empty(weight.sizes(), weight.options());
    quantizeGroups(weight.contiguous(), shapeOf(weight, options.group), ruleOf(options),
                   {.values = result});
    return result;
}

} // namespace quantscope
