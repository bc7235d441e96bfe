#include "core/kernels/attention_parts.h"
#include "core/kernels/maximum.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/processor.h"
#include "core/kernels/transpose.h"
#include "core/kernels/vector_math.h"

#include <algorithm>
#include <cmath>

namespace quantscope::kernels {

namespace {

constexpr std::int64_t mostTogether = 8; ///< keys or columns whose sums share each load
constexpr int mostHalves = 2;            ///< vectors of queries in a tile
constexpr float masked = -1e30f;

constexpr std::int64_t roundDown(std::int64_t value, std::int64_t unit) {
    return value / unit * unit;
}

constexpr std::int64_t roundUp(std::int64_t value, std::int64_t unit) {
    return roundDown(value + unit - 1, unit);
}

// Masks are looked up and applied bit by bit: the compiler takes comparisons with lane numbers one
// lane after the other.

/// All bits of the lanes from `first` on.
[[gnu::always_inline]] inline WideInt lanesFrom(std::int64_t first) {
    static constexpr std::int32_t steps[2 * wideCount] = {
        0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
        -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    WideInt mask;
    std::memcpy(&mask, steps + wideCount - std::clamp<std::int64_t>(first, 0, wideCount),
                sizeof mask);
    return mask;
}

[[gnu::always_inline]] inline Wide choose(const WideInt& mask, const Wide& yes, const Wide& no) {
    return reinterpret_cast<Wide>((reinterpret_cast<WideInt>(yes) & mask) |
                                  (reinterpret_cast<WideInt>(no) & ~mask));
}

struct KeyRange {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

/// Sixteen queries, one in each lane, and the keys that they see: lane r those in
/// (own + r − window, own + r].
struct QueryVector {
    std::int64_t own = 0;       ///< the first lane's own key
    std::int64_t window = 0;    ///< 0: all before
    KeyRange keys;              ///< whole groups around those that some lane sees
    std::int64_t firstFree = 0; ///< keys in [firstFree, own] are seen by every lane

    /// Whether some lane does not see one of `count` keys.
    bool hides(std::int64_t key, std::int64_t count) const {
        return key < firstFree || key + count - 1 > own;
    }

    /// `value` in the lanes that see the key, `hidden` in the others.
    [[gnu::always_inline]] Wide apply(const Wide& value, std::int64_t key, float hidden) const {
        WideInt seen = lanesFrom(key - own);
        if (window > 0)
            seen &= ~lanesFrom(key - own + window);
        return choose(seen, value, Wide{} + hidden);
    }
};

QueryVector queryVector(const AttentionShape& shape, std::int64_t first, std::int64_t rows,
                        std::int64_t together) {
    QueryVector vector{shape.prefix + first, shape.window, {}, 0};
    if (shape.window > 0) {
        const std::int64_t oldest = std::max<std::int64_t>(0, vector.own - shape.window + 1);
        vector.keys.from = roundDown(oldest, together);
        vector.firstFree = vector.own + wideCount - shape.window;
    }
    vector.keys.to = rows > 0 ? roundUp(vector.own + rows, together) : vector.keys.from;
    return vector;
}

/// Keys by groups of sixteen, [keys / 16, dimension, 16], and values by groups of columns,
/// [dimension / together, keys, together]: what lies side by side is read together, however far
/// apart the heads of one token lie in memory.
struct PackedPart {
    const float* keys = nullptr;
    const float* values = nullptr;
    std::int64_t dimension = 0;
    std::int64_t keyCount = 0; ///< in whole groups
};

// Inner loops are unrolled by name: arrays of sums that the compiler unrolls late are kept in
// memory.

/// scores[key, lane] = Σ_d keys[key, d] · queries[d, lane]; raises the peak of each lane.
template <int Halves, int Together>
[[gnu::always_inline]] inline void scoreKeys(const PackedPart& part, const float* queries,
                                             const KeyRange& run, const QueryVector* vectors,
                                             float* scores, Wide* peaks) {
    for (std::int64_t key = run.from; key < run.to; key += Together) {
        const float* keys =
            part.keys + roundDown(key, wideCount) * part.dimension + key % wideCount;
        Wide sum[Halves][Together] = {};
        for (std::int64_t d = 0; d < part.dimension; ++d) {
            Wide query[Halves];
#pragma GCC unroll 2
            for (int h = 0; h < Halves; ++h)
                query[h] = load<Wide>(queries + (h * part.dimension + d) * wideCount);
#pragma GCC unroll 8
            for (int i = 0; i < Together; ++i)
#pragma GCC unroll 2
                for (int h = 0; h < Halves; ++h)
                    sum[h][i] += keys[d * wideCount + i] * query[h];
        }
#pragma GCC unroll 2
        for (int h = 0; h < Halves; ++h) {
            if (vectors[h].hides(key, Together))
#pragma GCC unroll 8
                for (int i = 0; i < Together; ++i)
                    sum[h][i] = vectors[h].apply(sum[h][i], key + i, masked);
#pragma GCC unroll 8
            for (int i = 0; i < Together; ++i) {
                store(scores + (h * part.keyCount + key + i) * wideCount, sum[h][i]);
                peaks[h] = larger(sum[h][i], peaks[h]);
            }
        }
    }
}

/// scores become exp(scores − peak), 0 where a lane does not see the key; returns 1 / their sum.
template <int Together>
[[gnu::always_inline]] inline Wide exponentials(const QueryVector& vector, const Wide& peak,
                                                float* scores) {
    Wide sum = {};
    for (std::int64_t key = vector.keys.from; key < vector.keys.to; key += Together) {
        float* group = scores + key * wideCount;
        Wide weights[Together];
#pragma GCC unroll 8
        for (int i = 0; i < Together; ++i)
            weights[i] = exponentialUpTo88(load<Wide>(group + i * wideCount) - peak);
        if (vector.hides(key, Together))
#pragma GCC unroll 8
            for (int i = 0; i < Together; ++i)
                weights[i] = vector.apply(weights[i], key + i, 0);
#pragma GCC unroll 8
        for (int i = 0; i < Together; ++i) {
            store(group + i * wideCount, weights[i]);
            sum += weights[i];
        }
    }
    return 1.0f / sum;
}

/// sum[column] += Σ_key scores[key, lane] · values[key, column] for a group of columns.
template <int Halves, int Together>
[[gnu::always_inline]] inline void mixValues(const float* scores, std::int64_t keyCount,
                                             const float* values, const KeyRange& run,
                                             Wide (*sum)[Together]) {
    for (std::int64_t key = run.from; key < run.to; ++key) {
        Wide weight[Halves];
#pragma GCC unroll 2
        for (int h = 0; h < Halves; ++h)
            weight[h] = load<Wide>(scores + (h * keyCount + key) * wideCount);
#pragma GCC unroll 8
        for (int i = 0; i < Together; ++i)
#pragma GCC unroll 2
            for (int h = 0; h < Halves; ++h)
                sum[h][i] += values[key * Together + i] * weight[h];
    }
}

/// The keys of a tile's two vectors, cut where one of them begins or ends.
struct Runs {
    KeyRange first;  ///< of the first vector alone
    KeyRange both;   ///< of both
    KeyRange second; ///< of the second alone
};

Runs cutRuns(const KeyRange& first, const KeyRange& second) {
    if (second.from == second.to)
        return {first, {}, {}};
    const std::int64_t from = std::clamp(second.from, first.from, first.to);
    const std::int64_t to = std::min(first.to, second.to);
    return {{first.from, from},
            {from, std::max(from, to)},
            {std::max(first.to, second.from), second.to}};
}

/// One tile of queries of one head, `Halves` vectors of them.
template <int Halves, int Together>
[[gnu::always_inline]] inline void attendTile(const PackedPart& part, const QueryVector* vectors,
                                              const float* queries, float* scores, float* mixed) {
    constexpr int last = Halves - 1;
    const std::int64_t dimension = part.dimension;
    float* const lastScores = scores + last * part.keyCount * wideCount;
    Runs runs{{}, vectors[0].keys, {}};
    if (Halves > 1)
        runs = cutRuns(vectors[0].keys, vectors[last].keys);

    Wide peaks[Halves];
    for (Wide& peak : peaks)
        peak = Wide{} + masked;
    scoreKeys<1, Together>(part, queries, runs.first, vectors, scores, peaks);
    scoreKeys<Halves, Together>(part, queries, runs.both, vectors, scores, peaks);
    scoreKeys<1, Together>(part, queries + last * dimension * wideCount, runs.second,
                           vectors + last, lastScores, peaks + last);
    Wide inverse[Halves];
#pragma GCC unroll 2
    for (int h = 0; h < Halves; ++h)
        inverse[h] =
            exponentials<Together>(vectors[h], peaks[h], scores + h * part.keyCount * wideCount);
    for (std::int64_t column = 0; column < dimension; column += Together) {
        const float* values = part.values + column * part.keyCount;
        Wide sum[Halves][Together] = {};
        mixValues<1, Together>(scores, part.keyCount, values, runs.first, sum);
        mixValues<Halves, Together>(scores, part.keyCount, values, runs.both, sum);
        mixValues<1, Together>(lastScores, part.keyCount, values, runs.second, sum + last);
#pragma GCC unroll 2
        for (int h = 0; h < Halves; ++h)
#pragma GCC unroll 8
            for (int i = 0; i < Together; ++i)
                store(mixed + (h * roundUp(dimension, mostTogether) + column + i) * wideCount,
                      sum[h][i] * inverse[h]);
    }
}

template <int Halves, int Together>
[[gnu::always_inline]] inline void attendPart(const AttentionShape& shape,
                                              const AttentionPart& part, float* room) {
    const std::int64_t dimension = shape.dimension;
    const std::int64_t columns = roundUp(dimension, mostTogether);
    const std::int64_t keyCount = roundUp(shape.keys(), wideCount);
    const std::int64_t share = shape.heads / shape.keyValueHeads;
    const std::int64_t queryStride = shape.heads * dimension;
    const std::int64_t keyStride = shape.keyValueHeads * dimension;
    const float scale = 1.0f / std::sqrt(float(dimension));
    float* const keys = room;                                      // [keys / 16, dimension, 16]
    float* const values = keys + keyCount * dimension;             // [columns, keys], grouped
    float* const queries = values + keyCount * columns;            // [halves, dimension, 16]
    float* const mixed = queries + Halves * dimension * wideCount; // [halves, columns, 16]
    float* const scores = mixed + Halves * columns * wideCount;    // [halves, keys, 16]

    for (std::int64_t key = 0; key < keyCount; key += wideCount)
        rowsToLanes(part.k + key * keyStride, keyStride, std::min(wideCount, shape.keys() - key),
                    dimension, 1.0f, keys + key * dimension);
    for (std::int64_t column = 0; column < dimension; column += Together) {
        float* group = values + column * keyCount;
        const std::int64_t width = std::min<std::int64_t>(Together, dimension - column);
        if (width < Together)
            std::fill_n(group, keyCount * Together, 0.0f);
        for (std::int64_t key = 0; key < shape.keys(); ++key)
            std::copy_n(part.v + key * keyStride + column, width, group + key * Together);
        std::fill(group + shape.keys() * Together, group + keyCount * Together, 0.0f);
    }
    const PackedPart packed{keys, values, dimension, keyCount};
    for (std::int64_t t = 0; t < shape.tokens; t += Halves * wideCount) {
        QueryVector vectors[Halves];
        std::int64_t rows[Halves];
#pragma GCC unroll 2
        for (int h = 0; h < Halves; ++h) {
            const std::int64_t first = t + h * wideCount;
            rows[h] = std::clamp<std::int64_t>(shape.tokens - first, 0, wideCount);
            vectors[h] = queryVector(shape, first, rows[h], Together);
        }
        for (std::int64_t head = 0; head < share; ++head) {
            const std::int64_t at = t * queryStride + head * dimension;
#pragma GCC unroll 2
            for (int h = 0; h < Halves; ++h)
                rowsToLanes(part.q + at + h * wideCount * queryStride, queryStride, rows[h],
                            dimension, scale, queries + h * dimension * wideCount);
            attendTile<Halves, Together>(packed, vectors, queries, scores, mixed);
#pragma GCC unroll 2
            for (int h = 0; h < Halves; ++h)
                lanesToRows(mixed + h * columns * wideCount, dimension, rows[h], queryStride,
                            part.out + at + h * wideCount * queryStride);
        }
    }
}

QUANTSCOPE_MULTIVERSION
void attendSixteen(const AttentionShape& shape, const AttentionPart& part, float* room) {
    attendPart<1, 4>(shape, part, room);
}

#ifdef QUANTSCOPE_V4
// Two vectors of queries and eight keys fill the 32 registers of this level.
QUANTSCOPE_V4
void attendThirtyTwo(const AttentionShape& shape, const AttentionPart& part, float* room) {
    attendPart<mostHalves, mostTogether>(shape, part, room);
}
#endif

} // namespace

std::size_t roomForManyQueries(const AttentionShape& shape) {
    const std::int64_t columns = roundUp(shape.dimension, mostTogether);
    const std::int64_t keyCount = roundUp(shape.keys(), wideCount);
    const std::int64_t perQuery = shape.dimension + columns + keyCount;
    return static_cast<std::size_t>(keyCount * (shape.dimension + columns) +
                                    mostHalves * wideCount * perQuery);
}

void attendManyQueries(const AttentionShape& shape, const AttentionPart& part, float* room) {
#ifdef QUANTSCOPE_V4
    static const bool wide = hasWideVectors();
    if (wide)
        return attendThirtyTwo(shape, part, room);
#endif
    attendSixteen(shape, part, room);
}

} // namespace quantscope::kernels
