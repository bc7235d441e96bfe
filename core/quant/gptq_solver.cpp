#include "core/quant/gptq_solver.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

/// Outputs handled together: the slice of a lazy block that they touch stays in the core's cache.
constexpr std::int64_t outputSlice = 512;

/// One lazy block: columns of W as contiguous rows of length `outputs`, so that every inner loop
/// runs over consecutive floats.
struct LazyBlock {
    std::int64_t columns = 0;
    std::int64_t outputs = 0;
    std::vector<std::int64_t> group; ///< of each column
    std::vector<float> factor;       ///< [columns, columns] of U
    std::vector<float> correction;   ///< [columns, columns] of P; empty for plain GPTQ
    float* weights = nullptr;        ///< [columns, outputs], as they are when their turn comes
    float* errors = nullptr;         ///< [columns, outputs]
    std::uint8_t* codes = nullptr;   ///< [columns, outputs]
    const float* scales = nullptr;   ///< [groups, outputs]
    const float* zeros = nullptr;    ///< [groups, outputs]
    float largestCode = 0;
};

void quantizeSlice(const LazyBlock& block, std::int64_t begin, std::int64_t end) {
    for (std::int64_t column = 0; column < block.columns; ++column) {
        const std::int64_t group = block.group[static_cast<std::size_t>(column)] * block.outputs;
        const float* scale = block.scales + group;
        const float* zero = block.zeros + group;
        const float* weight = block.weights + column * block.outputs;
        float* error = block.errors + column * block.outputs;
        std::uint8_t* code = block.codes + column * block.outputs;
        const float* factor =
            block.factor.data() + static_cast<std::size_t>(column * block.columns);
        const float diagonal = factor[column];
        for (std::int64_t row = begin; row < end; ++row) {
            const float rounded = std::nearbyint(weight[row] / scale[row]) + zero[row];
            const float clamped = std::clamp(rounded, 0.0F, block.largestCode);
            code[row] = static_cast<std::uint8_t>(clamped);
            error[row] = (weight[row] - (clamped - zero[row]) * scale[row]) / diagonal;
        }
        for (std::int64_t later = column + 1; later < block.columns; ++later) {
            float* target = block.weights + later * block.outputs;
            const float part = factor[later];
            for (std::int64_t row = begin; row < end; ++row)
                target[row] -= part * error[row];
            if (block.correction.empty())
                continue;
            const float lost =
                block.correction[static_cast<std::size_t>(column * block.columns + later)];
            for (std::int64_t row = begin; row < end; ++row)
                target[row] += lost * weight[row];
        }
    }
}

/// Rows and columns of a matrix that belong to a lazy block.
std::vector<float> corner(const torch::Tensor& matrix, std::int64_t start, std::int64_t end) {
    const torch::Tensor values = matrix.slice(0, start, end).slice(1, start, end).contiguous();
    return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
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
    const auto groupOf = [&](std::int64_t position) {
        const bool natural = permuted && options.staticGroups;
        return (natural ? factor.permutation[position].item<std::int64_t>() : position) / group;
    };

    torch::Tensor codes = torch::empty({columns, outputs}, weight.options().dtype(torch::kUInt8));
    for (std::int64_t start = 0; start < columns;) {
        job.throwIfStopped();
        const std::int64_t end = blockEnd(start, columns, group, options);
        LazyBlock block;
        block.columns = end - start;
        block.outputs = outputs;
        for (std::int64_t position = start; position < end; ++position) {
            block.group.push_back(groupOf(position));
            if (options.staticGroups || position % group != 0)
                continue;
            const std::int64_t index = position / group;
            const Grid found = findGridOfGroups(
                work.slice(0, position, std::min(columns, position + group)).t().unsqueeze(1),
                options.grid); // [out, 1]
            grid.scales[index].copy_(found.scales.squeeze(1));
            grid.zeros[index].copy_(found.zeros.squeeze(1));
        }
        torch::Tensor current = work.slice(0, start, end).clone();
        torch::Tensor errors = torch::empty_like(current);
        block.factor = corner(factor.upper, start, end);
        if (correction.defined())
            block.correction = corner(correction, start, end);
        block.weights = current.data_ptr<float>();
        block.errors = errors.data_ptr<float>();
        block.codes = codes.data_ptr<std::uint8_t>() + start * outputs;
        block.scales = grid.scales.data_ptr<float>();
        block.zeros = grid.zeros.data_ptr<float>();
        block.largestCode = static_cast<float>((1 << options.grid.bits) - 1);
        const std::int64_t slices = (outputs + outputSlice - 1) / outputSlice;
        at::parallel_for(0, slices, 1, [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t slice = first; slice < last; ++slice)
                quantizeSlice(block, slice * outputSlice,
                              std::min(outputs, (slice + 1) * outputSlice));
        });
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
