#include "core/kernels/attention_parts.h"
#include "core/kernels/maximum.h"
#include "core/kernels/processor_levels.h"
#include "core/kernels/vector_math.h"
#include "core/kernels/vector_types.h"

#include <algorithm>
#include <cmath>

namespace quantscope::kernels {

namespace {

constexpr std::int64_t queryTile = mostFewQueries; ///< rows that share each load

/// scores[row, key] = Σ_d q[row, d] · keys[d, key] for a tile of query rows.
template <typename Vector>
[[gnu::always_inline]] inline void scoreTile(const float* q, std::int64_t dimension,
                                             const float* keys, std::int64_t stride,
                                             const KeyRange& tile, float* scores) {
    for (std::int64_t j = tile.from; j < tile.to; j += lanesOf<Vector>) {
        Vector sum[queryTile] = {};
        for (std::int64_t d = 0; d < dimension; ++d) {
            const Vector key = load<Vector>(keys + d * stride + j);
            for (std::int64_t r = 0; r < queryTile; ++r)
                sum[r] += q[r * dimension + d] * key;
        }
        for (std::int64_t r = 0; r < queryTile; ++r)
            store(scores + r * stride + j, sum[r]);
    }
}

/// out[row, d] += Σ_key weights[row, key] · values[key, d] for Vector-wide columns.
template <typename Vector>
[[gnu::always_inline]] inline void mixTile(const float* weights, std::int64_t stride,
                                           const float* values, std::int64_t dimension,
                                           std::int64_t column, const KeyRange& tile, float* out) {
    Vector sum[queryTile] = {};
    for (std::int64_t j = tile.from; j < tile.to; ++j) {
        const Vector value = load<Vector>(values + j * dimension + column);
        for (std::int64_t r = 0; r < queryTile; ++r)
            sum[r] += weights[r * stride + j] * value;
    }
    for (std::int64_t r = 0; r < queryTile; ++r)
        store(out + r * dimension + column, sum[r]);
}

/// Softmax of one row over keys [start, end), leaving exp values there and 0 in the rest of the
/// tile; returns 1 / sum.
template <typename Vector>
[[gnu::always_inline]] inline float exponentials(float* row, const KeyRange& tile,
                                                 std::int64_t start, std::int64_t end) {
    std::fill(row + tile.from, row + start, masked);
    std::fill(row + end, row + tile.to, masked);
    const float peak = largest<Vector>(row + tile.from, tile.to - tile.from);
    Vector sum = {}; // what is masked adds e⁻⁸⁷ to a sum that is at least 1
    for (std::int64_t j = tile.from; j < tile.to; j += lanesOf<Vector>) {
        const Vector weights = exponentialUpTo88(load<Vector>(row + j) - peak);
        store(row + j, weights);
        sum += weights;
    }
    std::fill(row + tile.from, row + start, 0.0f);
    std::fill(row + end, row + tile.to, 0.0f);
    return 1.0f / total(sum);
}

struct FewQueriesLoop {
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(const AttentionShape& shape,
                                                  const AttentionPart& part, float* room) {
        const std::int64_t rows = shape.tokens;
        const std::int64_t keys = shape.keys();
        const std::int64_t dimension = shape.dimension;
        constexpr std::int64_t lanes = lanesOf<Vector>;
        const std::int64_t stride = roundUp(keys, lanes);
        const std::int64_t share = shape.heads / shape.keyValueHeads;
        const std::int64_t queryStride = shape.heads * dimension;
        const std::int64_t keyStride = shape.keyValueHeads * dimension;
        const float scale = 1.0f / std::sqrt(float(dimension));
        float* const transposed = room;                        // [dimension, stride], scaled keys
        float* const values = transposed + dimension * stride; // [stride, dimension]
        float* const query = values + dimension * stride;      // [queryTile, dimension]
        float* const mixed = query + dimension * queryTile;    // [queryTile, dimension]
        float* const scores = mixed + dimension * queryTile;   // [queryTile, stride]
        // Zeros in place of keys that the last vector lacks, and of rows that the tile lacks.
        std::fill(room, scores, 0.0f);
        for (std::int64_t t = 0; t < keys; ++t) {
            for (std::int64_t d = 0; d < dimension; ++d)
                transposed[d * stride + t] = part.k[t * keyStride + d] * scale;
            std::copy_n(part.v + t * keyStride, dimension, values + t * dimension);
        }
        const std::int64_t first =
            shape.window > 0 ? std::max<std::int64_t>(0, shape.prefix - shape.window + 1) : 0;
        const KeyRange tile{roundDown(first, lanes), stride};
        for (std::int64_t head = 0; head < share; ++head) {
            const float* headQuery = part.q + head * dimension;
            float* headOut = part.out + head * dimension;
            for (std::int64_t r = 0; r < rows; ++r)
                std::copy_n(headQuery + r * queryStride, dimension, query + r * dimension);
            scoreTile<Vector>(query, dimension, transposed, stride, tile, scores);
            float inverse[queryTile] = {};
            for (std::int64_t r = 0; r < rows; ++r) {
                const std::int64_t last = shape.prefix + r; // a row sees keys [start, last]
                const std::int64_t start =
                    shape.window > 0 ? std::max<std::int64_t>(0, last - shape.window + 1) : 0;
                inverse[r] = exponentials<Vector>(scores + r * stride, tile, start, last + 1);
            }
            std::int64_t column = 0;
            for (; column + lanes <= dimension; column += lanes)
                mixTile<Vector>(scores, stride, values, dimension, column, tile, mixed);
            if constexpr (lanes > 8)
                for (; column + 8 <= dimension; column += 8)
                    mixTile<Vector8>(scores, stride, values, dimension, column, tile, mixed);
            for (; column < dimension; ++column)
                mixTile<float>(scores, stride, values, dimension, column, tile, mixed);
            for (std::int64_t r = 0; r < rows; ++r)
                for (std::int64_t d = 0; d < dimension; ++d)
                    headOut[r * queryStride + d] = mixed[r * dimension + d] * inverse[r];
        }
    }
};

} // namespace

std::size_t roomForFewQueries(const AttentionShape& shape) {
    const std::int64_t stride = roundUp(shape.keys(), mostLanes);
    return static_cast<std::size_t>((2 * stride + 2 * queryTile) * shape.dimension +
                                    queryTile * stride);
}

void attendFewQueries(const AttentionShape& shape, const AttentionPart& part, float* room) {
    runAtOwnLevel<FewQueriesLoop>(shape, part, room);
}

} // namespace quantscope::kernels
