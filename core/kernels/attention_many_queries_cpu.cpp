#include "core/kernels/attention_parts.h"
#include "core/kernels/maximum.h"
#include "core/kernels/processor_levels.h"
#include "core/kernels/transpose.h"
#include "core/kernels/vector_math.h"

#include <algorithm>
#include <cmath>

namespace quantscope::kernels {

namespace {

constexpr int mostTogether = 8;  ///< keys or columns whose sums share each load
constexpr int vectorsOfTile = 2; ///< of queries

// Masks are looked up and applied bit by bit: the compiler takes comparisons with lane numbers one
// lane after the other.

/// All bits of the lanes from `first` on.
template <typename Vector>
[[gnu::always_inline]] inline WholeOf<Vector> lanesFrom(std::int64_t first) {
    static constexpr std::int32_t steps[32] = {0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
                                               0,  0,  0,  0,  0,  -1, -1, -1, -1, -1, -1,
                                               -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    WholeOf<Vector> mask;
    std::memcpy(&mask, steps + 16 - std::clamp<std::int64_t>(first, 0, lanesOf<Vector>),
                sizeof mask);
    return mask;
}

template <typename Vector>
[[gnu::always_inline]] inline Vector choose(const WholeOf<Vector>& mask, const Vector& yes,
                                            const Vector& no) {
    return reinterpret_cast<Vector>((reinterpret_cast<WholeOf<Vector>>(yes) & mask) |
                                    (reinterpret_cast<WholeOf<Vector>>(no) & ~mask));
}

/// A vector of queries, one in each lane, and the keys that they see: lane r those in
/// (own + r − window, own + r].
template <typename Vector>
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
    [[gnu::always_inline]] Vector apply(const Vector& value, std::int64_t key, float hidden) const {
        WholeOf<Vector> seen = lanesFrom<Vector>(key - own);
        if (window > 0)
            seen &= ~lanesFrom<Vector>(key - own + window);
        return choose(seen, value, Vector{} + hidden);
    }
};

template <typename Vector>
QueryVector<Vector> queryVector(const AttentionShape& shape, std::int64_t first, std::int64_t rows,
                                std::int64_t together) {
    QueryVector<Vector> vector{shape.prefix + first, shape.window, {}, 0};
    if (shape.window > 0) {
        const std::int64_t oldest = std::max<std::int64_t>(0, vector.own - shape.window + 1);
        vector.keys.from = roundDown(oldest, together);
        vector.firstFree = vector.own + lanesOf<Vector> - shape.window;
    }
    vector.keys.to = rows > 0 ? roundUp(vector.own + rows, together) : vector.keys.from;
    return vector;
}

/// Keys by groups of as many as lanes, [keys / lanes, dimension, lanes], and values by groups of
/// columns, [dimension / together, keys, together]: what lies side by side is read together,
/// however far apart the heads of one token lie in memory.
struct PackedPart {
    const float* keys = nullptr;
    const float* values = nullptr;
    std::int64_t dimension = 0;
    std::int64_t keyCount = 0; ///< in whole groups
};

// Inner loops are unrolled by name: arrays of sums that the compiler unrolls late are kept in
// memory.

/// scores[key, lane] = Σ_d keys[key, d] · queries[d, lane]; raises the peak of each lane.
template <typename Vector, int Halves, int Together>
[[gnu::always_inline]] inline void
scoreKeys(const PackedPart& part, const float* queries, const KeyRange& run,
          const QueryVector<Vector>* vectors, float* scores, Vector* peaks) {
    for (std::int64_t key = run.from; key < run.to; key += Together) {
        const float* keys =
            part.keys + roundDown(key, lanesOf<Vector>) * part.dimension + key % lanesOf<Vector>;
        Vector sum[Halves][Together] = {};
        for (std::int64_t d = 0; d < part.dimension; ++d) {
            Vector query[Halves];
#pragma GCC unroll 2
            for (int h = 0; h < Halves; ++h)
                query[h] = load<Vector>(queries + (h * part.dimension + d) * lanesOf<Vector>);
#pragma GCC unroll 8
            for (int i = 0; i < Together; ++i)
#pragma GCC unroll 2
                for (int h = 0; h < Halves; ++h)
                    sum[h][i] += keys[d * lanesOf<Vector> + i] * query[h];
        }
#pragma GCC unroll 2
        for (int h = 0; h < Halves; ++h) {
            if (vectors[h].hides(key, Together))
#pragma GCC unroll 8
                for (int i = 0; i < Together; ++i)
                    sum[h][i] = vectors[h].apply(sum[h][i], key + i, masked);
#pragma GCC unroll 8
            for (int i = 0; i < Together; ++i) {
                store(scores + (h * part.keyCount + key + i) * lanesOf<Vector>, sum[h][i]);
                peaks[h] = larger(sum[h][i], peaks[h]);
            }
        }
    }
}

/// scores become exp(scores − peak), 0 where a lane does not see the key; returns 1 / their sum.
template <typename Vector, int Together>
[[gnu::always_inline]] inline Vector exponentials(const QueryVector<Vector>& vector,
                                                  const Vector& peak, float* scores) {
    Vector sum = {};
    for (std::int64_t key = vector.keys.from; key < vector.keys.to; key += Together) {
        float* group = scores + key * lanesOf<Vector>;
        Vector weights[Together];
#pragma GCC unroll 8
        for (int i = 0; i < Together; ++i)
            weights[i] = exponentialUpTo88(load<Vector>(group + i * lanesOf<Vector>) - peak);
        if (vector.hides(key, Together))
#pragma GCC unroll 8
            for (int i = 0; i < Together; ++i)
                weights[i] = vector.apply(weights[i], key + i, 0);
#pragma GCC unroll 8
        for (int i = 0; i < Together; ++i) {
            store(group + i * lanesOf<Vector>, weights[i]);
            sum += weights[i];
        }
    }
    return 1.0f / sum;
}

/// sum[column] += Σ_key scores[key, lane] · values[key, column] for a group of columns.
template <typename Vector, int Halves, int Together>
[[gnu::always_inline]] inline void mixValues(const float* scores, std::int64_t keyCount,
                                             const float* values, const KeyRange& run,
                                             Vector (*sum)[Together]) {
    for (std::int64_t key = run.from; key < run.to; ++key) {
        Vector weight[Halves];
#pragma GCC unroll 2
        for (int h = 0; h < Halves; ++h)
            weight[h] = load<Vector>(scores + (h * keyCount + key) * lanesOf<Vector>);
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
template <typename Vector, int Halves, int Together>
[[gnu::always_inline]] inline void attendTile(const PackedPart& part,
                                              const QueryVector<Vector>* vectors,
                                              const float* queries, float* scores, float* mixed) {
    constexpr int last = Halves - 1;
    const std::int64_t dimension = part.dimension;
    float* const lastScores = scores + last * part.keyCount * lanesOf<Vector>;
    Runs runs{{}, vectors[0].keys, {}};
    if (Halves > 1)
        runs = cutRuns(vectors[0].keys, vectors[last].keys);

    Vector peaks[Halves];
    for (Vector& peak : peaks)
        peak = Vector{} + masked;
    scoreKeys<Vector, 1, Together>(part, queries, runs.first, vectors, scores, peaks);
    scoreKeys<Vector, Halves, Together>(part, queries, runs.both, vectors, scores, peaks);
    scoreKeys<Vector, 1, Together>(part, queries + last * dimension * lanesOf<Vector>, runs.second,
                                   vectors + last, lastScores, peaks + last);
    Vector inverse[Halves];
#pragma GCC unroll 2
    for (int h = 0; h < Halves; ++h)
        inverse[h] = exponentials<Vector, Together>(vectors[h], peaks[h],
                                                    scores + h * part.keyCount * lanesOf<Vector>);
    for (std::int64_t column = 0; column < dimension; column += Together) {
        const float* values = part.values + column * part.keyCount;
        Vector sum[Halves][Together] = {};
        mixValues<Vector, 1, Together>(scores, part.keyCount, values, runs.first, sum);
        mixValues<Vector, Halves, Together>(scores, part.keyCount, values, runs.both, sum);
        mixValues<Vector, 1, Together>(lastScores, part.keyCount, values, runs.second, sum + last);
#pragma GCC unroll 2
        for (int h = 0; h < Halves; ++h)
#pragma GCC unroll 8
            for (int i = 0; i < Together; ++i)
                store(mixed + (h * roundUp(dimension, mostTogether) + column + i) * lanesOf<Vector>,
                      sum[h][i] * inverse[h]);
    }
}

template <typename Vector, int Halves, int Together>
[[gnu::always_inline]] inline void attendPart(const AttentionShape& shape,
                                              const AttentionPart& part, float* room) {
    const std::int64_t dimension = shape.dimension;
    const std::int64_t columns = roundUp(dimension, mostTogether);
    const std::int64_t keyCount = roundUp(shape.keys(), lanesOf<Vector>);
    const std::int64_t share = shape.heads / shape.keyValueHeads;
    const std::int64_t queryStride = shape.heads * dimension;
    const std::int64_t keyStride = shape.keyValueHeads * dimension;
    const float scale = 1.0f / std::sqrt(float(dimension));
    float* const keys = room;                           // [keys / lanes, dimension, lanes]
    float* const values = keys + keyCount * dimension;  // [columns, keys], grouped
    float* const queries = values + keyCount * columns; // [halves, dimension, lanes]
    float* const mixed = queries + Halves * dimension * lanesOf<Vector>; // [halves, columns, lanes]
    float* const scores = mixed + Halves * columns * lanesOf<Vector>;    // [halves, keys, lanes]

    for (std::int64_t key = 0; key < keyCount; key += lanesOf<Vector>)
        rowsToLanes<Vector>(part.k + key * keyStride, keyStride,
                            std::min(lanesOf<Vector>, shape.keys() - key), dimension, 1.0f,
                            keys + key * dimension);
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
    for (std::int64_t t = 0; t < shape.tokens; t += Halves * lanesOf<Vector>) {
        QueryVector<Vector> vectors[Halves];
        std::int64_t rows[Halves];
#pragma GCC unroll 2
        for (int h = 0; h < Halves; ++h) {
            const std::int64_t first = t + h * lanesOf<Vector>;
            rows[h] = std::clamp<std::int64_t>(shape.tokens - first, 0, lanesOf<Vector>);
            vectors[h] = queryVector<Vector>(shape, first, rows[h], Together);
        }
        for (std::int64_t head = 0; head < share; ++head) {
            const std::int64_t at = t * queryStride + head * dimension;
#pragma GCC unroll 2
            for (int h = 0; h < Halves; ++h)
                rowsToLanes<Vector>(part.q + at + h * lanesOf<Vector> * queryStride, queryStride,
                                    rows[h], dimension, scale,
                                    queries + h * dimension * lanesOf<Vector>);
            attendTile<Vector, Halves, Together>(packed, vectors, queries, scores, mixed);
#pragma GCC unroll 2
            for (int h = 0; h < Halves; ++h)
                lanesToRows<Vector>(mixed + h * columns * lanesOf<Vector>, dimension, rows[h],
                                    queryStride, part.out + at + h * lanesOf<Vector> * queryStride);
        }
    }
}

/// Two vectors of queries share each key and value that is read. With what they are multiplied
/// with, their sums fill the registers: 32 for sixteen lanes, else 16.
struct ManyQueriesLoop {
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(const AttentionShape& shape,
                                                  const AttentionPart& part, float* room) {
        attendPart<Vector, vectorsOfTile, lanesOf<Vector> == 16 ? mostTogether : 4>(shape, part,
                                                                                    room);
    }
};

} // namespace

std::size_t roomForManyQueries(const AttentionShape& shape) {
    const std::int64_t columns = roundUp(shape.dimension, mostTogether);
    const std::int64_t keyCount = roundUp(shape.keys(), mostLanes);
    const std::int64_t perQuery = shape.dimension + columns + keyCount;
    return static_cast<std::size_t>(keyCount * (shape.dimension + columns) +
                                    vectorsOfTile * mostLanes * perQuery);
}

void attendManyQueries(const AttentionShape& shape, const AttentionPart& part, float* room) {
    runAtOwnLevel<ManyQueriesLoop>(shape, part, room);
}

} // namespace quantscope::kernels
