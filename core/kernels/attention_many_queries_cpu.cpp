#include "core/kernels/attention_parts.h"
#include "core/kernels/maximum.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/vector_math.h"

#include <algorithm>
#include <cmath>

namespace quantscope::kernels {

namespace {

constexpr std::int64_t tileRows = wideCount; ///< queries of a tile, one in each lane
constexpr int together = 8;                  ///< sums that share each load of a vector
constexpr float masked = -1e30f;
constexpr WideInt laneNumbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/// Which keys the rows of a tile see: row r those in (own + r − window, own + r].
struct TileMask {
    std::int64_t own = 0;       ///< the first row's own key
    std::int64_t window = 0;    ///< 0: all before
    std::int64_t firstFree = 0; ///< keys in [firstFree, own] are seen by every row

    bool isEdge(std::int64_t key) const { return key < firstFree || key > own; }

    [[gnu::always_inline]] Wide apply(const Wide& value, std::int64_t key, float hidden) const {
        const auto behind = static_cast<std::int32_t>(key - own);
        Wide seen = laneNumbers >= behind ? value : Wide{} + hidden;
        if (window > 0)
            seen =
                laneNumbers < behind + static_cast<std::int32_t>(window) ? seen : Wide{} + hidden;
        return seen;
    }
};

/// scores[key, row] = Σ_d keys[key, d] · queries[d, row] for `Count` keys; returns the highest of
/// each row and `peak`.
template <int Count>
[[gnu::always_inline]] inline Wide
scoreKeys(const float* queries, std::int64_t dimension, const float* keys, std::int64_t stride,
          const TileMask& mask, std::int64_t first, float* scores, Wide peak) {
    Wide sum[Count] = {};
    for (std::int64_t d = 0; d < dimension; ++d) {
        const Wide query = load<Wide>(queries + d * tileRows);
        for (int i = 0; i < Count; ++i)
            sum[i] += keys[(first + i) * stride + d] * query;
    }
    for (int i = 0; i < Count; ++i) {
        if (mask.isEdge(first + i))
            sum[i] = mask.apply(sum[i], first + i, masked);
        store(scores + (first + i) * tileRows, sum[i]);
        peak = larger(sum[i], peak);
    }
    return peak;
}

/// mixed[d, row] = inverse[row] · Σ_key scores[key, row] · values[key, d] for `Count` columns.
template <int Count>
[[gnu::always_inline]] inline void
mixValues(const float* scores, const float* values, std::int64_t stride, std::int64_t from,
          std::int64_t to, std::int64_t column, const Wide& inverse, float* mixed) {
    Wide sum[Count] = {};
    for (std::int64_t key = from; key < to; ++key) {
        const Wide weight = load<Wide>(scores + key * tileRows);
        for (int i = 0; i < Count; ++i)
            sum[i] += values[key * stride + column + i] * weight;
    }
    for (int i = 0; i < Count; ++i)
        store(mixed + (column + i) * tileRows, sum[i] * inverse);
}

} // namespace

std::size_t roomForManyQueries(const AttentionShape& shape) {
    return static_cast<std::size_t>((2 * shape.dimension + shape.keys()) * tileRows);
}

QUANTSCOPE_MULTIVERSION
void attendManyQueries(const AttentionShape& shape, const AttentionPart& part, float* room) {
    const std::int64_t dimension = shape.dimension;
    const std::int64_t share = shape.heads / shape.keyValueHeads;
    const std::int64_t queryStride = shape.heads * dimension;
    const std::int64_t stride = shape.keyValueHeads * dimension;
    const float scale = 1.0f / std::sqrt(float(dimension));
    float* queries = room;                         // [dimension, tileRows], scaled
    float* mixed = queries + dimension * tileRows; // [dimension, tileRows]
    float* scores = mixed + dimension * tileRows;  // [keys, tileRows]
    std::fill(queries, mixed, 0.0f);               // rows that a last tile lacks
    for (std::int64_t t = 0; t < shape.tokens; t += tileRows) {
        const std::int64_t rows = std::min(tileRows, shape.tokens - t);
        TileMask mask{shape.prefix + t, shape.window, 0};
        std::int64_t from = 0;
        if (shape.window > 0) {
            from = std::max<std::int64_t>(0, mask.own - shape.window + 1);
            mask.firstFree = mask.own + tileRows - shape.window;
        }
        const std::int64_t to = mask.own + rows;
        for (std::int64_t head = 0; head < share; ++head) {
            const float* headQuery = part.q + t * queryStride + head * dimension;
            float* headOut = part.out + t * queryStride + head * dimension;
            for (std::int64_t r = 0; r < rows; ++r)
                for (std::int64_t d = 0; d < dimension; ++d)
                    queries[d * tileRows + r] = headQuery[r * queryStride + d] * scale;
            Wide peak = Wide{} + masked;
            std::int64_t key = from;
            for (; key + together <= to; key += together)
                peak = scoreKeys<together>(queries, dimension, part.k, stride, mask, key, scores,
                                           peak);
            for (; key < to; ++key)
                peak = scoreKeys<1>(queries, dimension, part.k, stride, mask, key, scores, peak);
            Wide sum = {};
            for (key = from; key < to; ++key) {
                Wide weight = exponentialUpTo88(load<Wide>(scores + key * tileRows) - peak);
                if (mask.isEdge(key))
                    weight = mask.apply(weight, key, 0);
                store(scores + key * tileRows, weight);
                sum += weight;
            }
            const Wide inverse = 1.0f / sum;
            std::int64_t column = 0;
            for (; column + together <= dimension; column += together)
                mixValues<together>(scores, part.v, stride, from, to, column, inverse, mixed);
            for (; column < dimension; ++column)
                mixValues<1>(scores, part.v, stride, from, to, column, inverse, mixed);
            for (std::int64_t r = 0; r < rows; ++r)
                for (std::int64_t d = 0; d < dimension; ++d)
                    headOut[r * queryStride + d] = mixed[d * tileRows + r];
        }
    }
}

} // namespace quantscope::kernels
