#include "core/quant/device_kernels.h"

#include "core/kernels/cuda_kernels.h"
#include "core/model/tensor_memory.h"

namespace quantscope {

namespace {

std::int64_t weights(const kernels::GroupShape& shape) { return shape.rows * shape.columns; }

} // namespace

void quantizeGroups(const torch::Tensor& x, const kernels::GroupShape& shape,
                    const kernels::GridRule& rule, const GroupTensors& out) {
    const TensorMemory memory(x);
    const float* const from = memory.of<float>(x, weights(shape));
    const kernels::GroupResults to{memory.of<float>(out.scales, shape.groups()),
                                   memory.of<float>(out.zeros, shape.groups()),
                                   memory.of<std::uint8_t>(out.codes, weights(shape)),
                                   memory.of<float>(out.values, weights(shape))};
    if (memory.isCuda())
        kernels::cuda::quantizeGroups(from, shape, rule, to);
    else
        kernels::quantizeGroups(from, shape, rule, to);
}

void roundToGrids(const torch::Tensor& x, const kernels::GroupShape& shape, int bits,
                  const GroupTensors& out) {
    const TensorMemory memory(x);
    const float* const from = memory.of<float>(x, weights(shape));
    const kernels::GroupGrids grids{memory.of<float>(out.scales, shape.groups()),
                                    memory.of<float>(out.zeros, shape.groups())};
    auto* const codes = memory.of<std::uint8_t>(out.codes, weights(shape));
    auto* const values = memory.of<float>(out.values, weights(shape));
    if (memory.isCuda())
        kernels::cuda::roundToGrids(from, shape, grids, bits, codes, values);
    else
        kernels::roundToGrids(from, shape, grids, bits, codes, values);
}

void dequantizeGroups(const kernels::GroupShape& shape, const torch::Tensor& groupIndex,
                      const GroupTensors& out) {
    const TensorMemory memory(out.codes);
    const auto* const codes = memory.of<std::uint8_t>(out.codes, weights(shape));
    const kernels::GroupGrids grids{memory.of<float>(out.scales, shape.groups()),
                                    memory.of<float>(out.zeros, shape.groups())};
    const auto* const index = memory.of<std::int32_t>(groupIndex, shape.columns);
    auto* const values = memory.of<float>(out.values, weights(shape));
    if (memory.isCuda())
        kernels::cuda::dequantizeGroups(codes, shape, grids, index, values);
    else
        kernels::dequantizeGroups(codes, shape, grids, index, values);
}

void quantizeToLevels(const torch::Tensor& x, const kernels::LevelShape& shape,
                      const torch::Tensor& levels, torch::Tensor& scales, torch::Tensor& codes) {
    const TensorMemory memory(x);
    const float* const from = memory.of<float>(x, shape.count);
    const float* const table = memory.of<float>(levels, std::int64_t(1) << shape.bits);
    float* const scalesTo = memory.of<float>(scales, shape.blocks());
    auto* const codesTo = memory.of<std::uint8_t>(codes, shape.count);
    if (memory.isCuda())
        kernels::cuda::quantizeToLevels(from, shape, table, scalesTo, codesTo);
    else
        kernels::quantizeToLevels(from, shape, table, scalesTo, codesTo);
}

void dequantizeLevels(const torch::Tensor& codes, const kernels::LevelShape& shape,
                      const torch::Tensor& levels, const torch::Tensor& scales,
                      torch::Tensor& out) {
    const TensorMemory memory(codes);
    const auto* const from = memory.of<std::uint8_t>(codes, shape.count);
    const float* const table = memory.of<float>(levels, std::int64_t(1) << shape.bits);
    const float* const given = memory.of<float>(scales, shape.blocks());
    float* const to = memory.of<float>(out, shape.count);
    if (memory.isCuda())
        kernels::cuda::dequantizeLevels(from, shape, table, given, to);
    else
        kernels::dequantizeLevels(from, shape, table, given, to);
}

void roundColumns(const ColumnTensors& columns, int bits) {
    const TensorMemory memory(columns.weights);
    kernels::ColumnBlock block;
    block.columns = columns.weights.size(0);
    block.outputs = columns.weights.size(1);
    const std::int64_t count = block.columns * block.outputs;
    const std::int64_t corner = block.columns * block.columns;
    block.group = memory.of<std::int64_t>(columns.group, block.columns);
    block.factor = memory.of(columns.factor, corner);
    block.correction = memory.of(columns.correction, corner);
    block.scales = memory.of(columns.scales, block.outputs);
    block.zeros = memory.of(columns.zeros, block.outputs);
    block.bits = bits;
    block.weights = memory.of(columns.weights);
    block.errors = memory.of(columns.errors, count);
    block.codes = memory.of<std::uint8_t>(columns.codes, count);
    if (memory.isCuda())
        kernels::cuda::roundColumns(block);
    else
        kernels::roundColumns(block);
}

} // namespace quantscope
