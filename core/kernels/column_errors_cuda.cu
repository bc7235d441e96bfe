#include "core/kernels/cuda_launch.cuh"
#include "core/kernels/grid_rule.h"

namespace quantscope::kernels::cuda {

namespace {

constexpr int outputThreads = 128;

/// An output a thread. Threads side by side read outputs side by side, and all the same factor.
__global__ void roundOutputs(ColumnBlock block) {
    const std::int64_t output = std::int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (output >= block.outputs)
        return;
    const float largestCode = float((1 << block.bits) - 1);
    for (std::int64_t column = 0; column < block.columns; ++column) {
        const std::int64_t at = column * block.outputs + output;
        float weight = block.weights[at];
        for (std::int64_t i = 0; i < column; ++i) {
            const std::int64_t before = i * block.outputs + output;
            weight -= block.factor[i * block.columns + column] * block.errors[before];
            if (block.correction)
                weight += block.correction[i * block.columns + column] * block.weights[before];
        }
        const std::int64_t group = block.group[column] * block.outputs + output;
        const GroupGrid grid = {block.scales[group], block.zeros[group]};
        const float place = placeOf(weight, grid, largestCode);
        block.weights[at] = weight;
        block.errors[at] =
            (weight - valueOf(place, grid)) / block.factor[column * block.columns + column];
        block.codes[at] = codeOf(place);
    }
}

} // namespace

void roundColumns(const ColumnBlock& block, Stream stream) {
    if (block.outputs == 0)
        return;
    launch("the kernel that rounds columns", roundOutputs,
           {static_cast<unsigned>((block.outputs + outputThreads - 1) / outputThreads),
            outputThreads, stream},
           block);
}

} // namespace quantscope::kernels::cuda
