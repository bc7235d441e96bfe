#include "core/quant/gptq_solver.h"

#include "core/quant/device_kernels.h"

#include <algorithm>
#include <vector>

namespace quantscope {

namespace {

/// Rows and columns of a matrix that belong to a lazy block.
torch::Tensor corner(const torch::Tensor& matrix, std::int64_t start, std::int64_t end) {
    return matrix.slice(0, start, end).slice(1, start, end).contiguous();
}

/// Last column of the lazy block that begins at `start`. With fresh grids a block also ends where
/// a group begins, so that a group's range is read from fully updated weights.
std::int64_t blockEnd(std::int64_t start, std::int64_t columns, std::int64_t group,
                      const GptqOptions& options) {
    std::int64_t end = std::min(columns, start + options.block);
    if (!options.staticGroups && options.groupGrid == GroupGrid::Fresh)
        end = std::min(end, (start / group + 1) * group);
    return end;
}

/// The grid of a group of columns, a value each for every output. A few outputs at a time, so that
/// turning them round takes little room.
/// @param columns  f32 [group, out]
Grid gridOfColumns(const torch::Tensor& columns, const GridOptions& options, const Job& job) {
    constexpr std::int64_t chunkElements = 1 << 19;
    GridOptions whole = options;
    whole.group = -1;
    const std::int64_t outputs = columns.size(1);
    const std::int64_t step = std::max<std::int64_t>(1, chunkElements / columns.size(0));
    const Grid grid{torch::empty({outputs}, columns.options()),
                    torch::empty({outputs}, columns.options())};
    for (std::int64_t output = 0; output < outputs; output += step) {
        const std::int64_t end = std::min(outputs, output + step);
        const Grid found = findGrid(columns.slice(1, output, end).t(), whole, job); // [outputs, 1]
        grid.scales.slice(0, output, end).copy_(found.scales.squeeze(1));
        grid.zeros.slice(0, output, end).copy_(found.zeros.squeeze(1));
    }
    return grid;
}

} // namespace

QuantizedLinear solveGptq(const torch::Tensor& weight, const HessianFactor& factor,
                          const GptqOptions& options, const Job& job,
                          const torch::Tensor& correction) {
    const std::int64_t outputs = weight.size(0);
    const std::int64_t columns = weight.size(1);
    const std::int64_t group = groupColumns(columns, options.grid.group);
    const std::int64_t groups = groupCount(columns, options.grid.group);
    const bool permuted = factor.permutation.defined();

    torch::Tensor work = weight.t().contiguous(); // [in, out]
    if (work.is_same(weight) || work.data_ptr() == weight.data_ptr())
        work = work.clone();
    work.masked_fill_(factor.dead.unsqueeze(1), 0);
    Grid grid{torch::empty({groups, outputs}, weight.options()),
              torch::empty({groups, outputs}, weight.options())};
    if (options.staticGroups) {
        const Grid fixed = findGrid(work.t().contiguous(), options.grid, job);
        grid = {fixed.scales.t().contiguous(), fixed.zeros.t().contiguous()};
    }
    if (permuted)
        work = work.index_select(0, factor.permutation);
    torch::Tensor groupOf = // i64 [columns], by position
        permuted && options.staticGroups
            ? factor.permutation
            : torch::arange(columns, weight.options().dtype(torch::kInt64));
    groupOf = groupOf.div(group, "floor");

    torch::Tensor codes = torch::empty({columns, outputs}, weight.options().dtype(torch::kUInt8));
    for (std::int64_t start = 0; start < columns;) {
        job.throwIfStopped();
        const std::int64_t end = blockEnd(start, columns, group, options);
        for (std::int64_t position = start; position < end; ++position) {
            if (options.staticGroups || position % group != 0)
                continue;
            const std::int64_t index = position / group;
            const Grid found = gridOfColumns(
                work.slice(0, position, std::min(columns, position + group)), options.grid, job);
            grid.scales[index].copy_(found.scales);
            grid.zeros[index].copy_(found.zeros);
        }
        const torch::Tensor current = work.slice(0, start, end).clone();
        const torch::Tensor errors = torch::empty_like(current);
        roundColumns(
            {.group = groupOf.slice(0, start, end),
             .factor = corner(factor.upper, start, end),
             .correction = correction.defined() ? corner(correction, start, end) : torch::Tensor(),
             .scales = grid.scales,
             .zeros = grid.zeros,
             .weights = current,
             .errors = errors,
             .codes = codes.slice(0, start, end)},
            options.grid.bits);
        if (end < columns) {
            torch::Tensor later = work.slice(0, end);
            later.addmm_(factor.upper.slice(0, start, end).slice(1, end).t(), errors, 1, -1);
            if (correction.defined())
                later.addmm_(correction.slice(0, start, end).slice(1, end).t(), current);
        }
        start = end;
    }

    QuantizedLinear linear;
    linear.bits = options.grid.bits;
    linear.rows = outputs;
    linear.columns = columns;
    linear.groupSize = group;
    linear.scales = grid.scales.t().contiguous();
    linear.zeros = grid.zeros.t().contiguous();
    if (permuted) {
        const torch::Tensor place = factor.permutation.argsort(); // position of each column
        codes = codes.index_select(0, place);
        if (!options.staticGroups && groups > 1)
            linear.groupIndex = place.div(group, "floor").to(torch::kInt32);
    }
    linear.codes = codes.t().contiguous();
    return linear;
}

} // namespace quantscope
