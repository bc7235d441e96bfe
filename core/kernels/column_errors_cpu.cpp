#include "core/kernels/column_errors.h"
#include "core/kernels/grid_rule.h"
#include "core/kernels/parallel.h"
#include "core/kernels/processor_levels.h"
#include "core/kernels/vector_types.h"

#include <vector>

namespace quantscope::kernels {

namespace {

/// Outputs handled together: a column's fit into registers, and those of all columns of a block of
/// 128 stay beside their errors in the nearest cache.
constexpr std::int64_t sliceOutputs = 64;

/// What a slice of outputs is worked on in, [columns, sliceOutputs] each.
struct Slice {
    float* weights;
    float* errors;
};

/// One column less the errors before it.
template <typename Vector>
[[gnu::always_inline]] inline void update(const Slice& slice, const float* factor,
                                          const float* correction, std::int64_t column) {
    constexpr std::int64_t lanes = lanesOf<Vector>;
    constexpr std::int64_t parts = sliceOutputs / lanes;
    float* own = slice.weights + column * sliceOutputs;
    Vector sum[parts];
    for (std::int64_t p = 0; p < parts; ++p)
        sum[p] = load<Vector>(own + p * lanes);
    for (std::int64_t i = 0; i < column; ++i) {
        const float* error = slice.errors + i * sliceOutputs;
        for (std::int64_t p = 0; p < parts; ++p)
            sum[p] -= factor[i] * load<Vector>(error + p * lanes);
        if (!correction)
            continue;
        const float* weight = slice.weights + i * sliceOutputs;
        for (std::int64_t p = 0; p < parts; ++p)
            sum[p] += correction[i] * load<Vector>(weight + p * lanes);
    }
    for (std::int64_t p = 0; p < parts; ++p)
        store(own + p * lanes, sum[p]);
}

struct SliceLoop {
    /// @param factor, correction  transposed, so that what a column takes of those before it lies
    ///                            together
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(const ColumnBlock& block, const float* factor,
                                                  const float* correction, const Slice& slice,
                                                  std::int64_t begin, std::int64_t count) {
        const float largestCode = float((1 << block.bits) - 1);
        for (std::int64_t column = 0; column < block.columns; ++column)
            std::copy_n(block.weights + column * block.outputs + begin, count,
                        slice.weights + column * sliceOutputs);
        for (std::int64_t column = 0; column < block.columns; ++column) {
            const std::int64_t row = column * block.columns;
            update<Vector>(slice, factor + row, correction ? correction + row : nullptr, column);
            const std::int64_t grid = block.group[column] * block.outputs + begin;
            const float* scale = block.scales + grid;
            const float* zero = block.zeros + grid;
            const float* weight = slice.weights + column * sliceOutputs;
            float* error = slice.errors + column * sliceOutputs;
            std::uint8_t* code = block.codes + column * block.outputs + begin;
            const float diagonal = factor[row + column];
            for (std::int64_t i = 0; i < count; ++i) {
                const GroupGrid own = {scale[i], zero[i]};
                const float place = placeOf(weight[i], own, largestCode);
                error[i] = (weight[i] - valueOf(place, own)) / diagonal;
                code[i] = codeOf(place);
            }
        }
        for (std::int64_t column = 0; column < block.columns; ++column) {
            const std::int64_t from = column * sliceOutputs;
            const std::int64_t to = column * block.outputs + begin;
            std::copy_n(slice.weights + from, count, block.weights + to);
            std::copy_n(slice.errors + from, count, block.errors + to);
        }
    }
};

std::vector<float> transposed(const float* matrix, std::int64_t size) {
    std::vector<float> turned(static_cast<std::size_t>(size * size));
    for (std::int64_t row = 0; row < size; ++row)
        for (std::int64_t column = row; column < size; ++column)
            turned[static_cast<std::size_t>(column * size + row)] = matrix[row * size + column];
    return turned;
}

} // namespace

void roundColumns(const ColumnBlock& block) {
    const std::vector<float> factor = transposed(block.factor, block.columns);
    std::vector<float> correction;
    if (block.correction)
        correction = transposed(block.correction, block.columns);
    const float* lost = block.correction ? correction.data() : nullptr;
    const std::int64_t slices = (block.outputs + sliceOutputs - 1) / sliceOutputs;
    const std::int64_t work = block.outputs * block.columns * (block.columns / 8 + 1);
    inParallel(slices, work, [&](std::int64_t first, std::int64_t last) {
        const auto room = static_cast<std::size_t>(block.columns * sliceOutputs);
        std::vector<float> weights(room), errors(room); // zeros where the last slice has no outputs
        for (std::int64_t slice = first; slice < last; ++slice)
            runAtOwnLevel<SliceLoop>(block, static_cast<const float*>(factor.data()), lost,
                                     Slice{weights.data(), errors.data()}, slice * sliceOutputs,
                                     std::min(sliceOutputs, block.outputs - slice * sliceOutputs));
    });
}

} // namespace quantscope::kernels
