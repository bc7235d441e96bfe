#include "core/kernels/kernels.h"
#include "core/kernels/maximum.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/threads.h"
#include "core/kernels/vector_math.h"
#include "core/kernels/vector_types.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace quantscope::kernels {

namespace {

constexpr std::int64_t queryTile = 8; ///< query rows that share each load of keys and values
constexpr std::int64_t keyTile = wideCount;
constexpr float masked = -1e30f;

/// Keys of a tile: whole vectors around those that some row may see.
struct KeyRange {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

/// scores[row, key] = Σ_d q[row, d] · keys[d, key] for a tile of query rows.
[[gnu::always_inline]] inline void scoreTile(const float* q, std::int64_t dimension,
                                             const float* keys, std::int64_t stride,
                                             const KeyRange& tile, float* scores) {
    for (std::int64_t j = tile.from; j < tile.to; j += keyTile) {
        Wide sum[queryTile] = {};
        for (std::int64_t d = 0; d < dimension; ++d) {
            const Wide key = load<Wide>(keys + d * stride + j);
            for (std::int64_t r = 0; r < queryTile; ++r)
                sum[r] += q[r * dimension + d] * key;
        }
        for (std::int64_t r = 0; r < queryTile; ++r)
            store(scores + r * stride + j, sum[r]);
    }
}

/// out[row, d] += Σ_key weights[row, key] · values[key, d] for Vector-wide columns.
template <typename Vector>
[[gnu::always_inline]] inline void
mixTile(const float* weights, std::int64_t stride, const float* values, std::int64_t dimension,
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
[[gnu::always_inline]] inline float exponentials(float* row, const KeyRange& tile,
                                                 std::int64_t start, std::int64_t end) {
    std::fill(row + tile.from, row + start, masked);
    std::fill(row + end, row + tile.to, masked);
    const float peak = largest(row + tile.from, tile.to - tile.from);
    Wide sum = {}; // what is masked adds e⁻⁸⁷ to a sum that is at least 1
    for (std::int64_t j = tile.from; j < tile.to; j += keyTile) {
        const Wide weights = exponential(load<Wide>(row + j) - peak);
        store(row + j, weights);
        sum += weights;
    }
    std::fill(row + tile.from, row + start, 0.0f);
    std::fill(row + end, row + tile.to, 0.0f);
    return 1.0f / total(sum);
}

struct WorkSpace {
    std::vector<float> keys;   // [dimension, stride], a head's keys, transposed and scaled
    std::vector<float> values; // [stride, dimension]
    std::vector<float> query;  // [queryTile, dimension]
    std::vector<float> scores; // [queryTile, stride]
    std::vector<float> mixed;  // [queryTile, dimension]
};

thread_local int threadsOfCaller = 1;

/// One example's heads that share keys.
QUANTSCOPE_MULTIVERSION
void attend(const AttentionShape& shape, std::int64_t e, std::int64_t g, const float* q,
            const float* k, const float* v, float* out, WorkSpace& work) {
    const std::int64_t tokens = shape.tokens;
    const std::int64_t keys = shape.prefix + tokens;
    const std::int64_t dimension = shape.dimension;
    const std::int64_t stride = (keys + keyTile - 1) / keyTile * keyTile;
    const std::int64_t share = shape.heads / shape.keyValueHeads;
    const std::int64_t queryStride = shape.heads * dimension;
    const std::int64_t keyStride = shape.keyValueHeads * dimension;
    const float scale = 1.0f / std::sqrt(float(dimension));
    const auto size = [](std::int64_t n) { return static_cast<std::size_t>(n); };
    const float* headKeys = k + e * keys * keyStride + g * dimension;
    const float* headValues = v + e * keys * keyStride + g * dimension;
    for (std::int64_t t = 0; t < keys; ++t) {
        for (std::int64_t d = 0; d < dimension; ++d)
            work.keys[size(d * stride + t)] = headKeys[t * keyStride + d] * scale;
        std::memcpy(&work.values[size(t * dimension)], headValues + t * keyStride,
                    size(dimension) * sizeof(float));
    }
    for (std::int64_t s = 0; s < share; ++s) {
        const std::int64_t head = g * share + s;
        const float* headQuery = q + e * tokens * queryStride + head * dimension;
        float* headOut = out + e * tokens * queryStride + head * dimension;
        for (std::int64_t t = 0; t < tokens; t += queryTile) {
            const std::int64_t rows = std::min(queryTile, tokens - t);
            for (std::int64_t r = 0; r < rows; ++r)
                std::memcpy(&work.query[size(r * dimension)],
                            headQuery + (t + r) * queryStride,
                            size(dimension) * sizeof(float));
            const std::int64_t own = shape.prefix + t; // the first row's own key
            const std::int64_t first =
                shape.window > 0 ? std::max<std::int64_t>(0, own - shape.window + 1) : 0;
            const KeyRange tile{first / keyTile * keyTile,
                                (own + rows + keyTile - 1) / keyTile * keyTile};
            float* scores = work.scores.data();
            scoreTile(work.query.data(), dimension, work.keys.data(), stride, tile, scores);
            float inverse[queryTile] = {};
            for (std::int64_t r = 0; r < rows; ++r) {
                float* row = scores + r * stride;
                const std::int64_t last = own + r; // a row sees keys [start, last]
                const std::int64_t start =
                    shape.window > 0 ? std::max<std::int64_t>(0, last - shape.window + 1)
                                     : 0;
                inverse[r] = exponentials(row, tile, start, last + 1);
            }
            std::int64_t column = 0;
            for (; column + 16 <= dimension; column += 16)
                mixTile<Wide>(scores, stride, work.values.data(), dimension, column, tile,
                              work.mixed.data());
            for (; column + 8 <= dimension; column += 8)
                mixTile<Narrow>(scores, stride, work.values.data(), dimension, column, tile,
                                work.mixed.data());
            for (; column < dimension; ++column)
                mixTile<float>(scores, stride, work.values.data(), dimension, column, tile,
                               work.mixed.data());
            for (std::int64_t r = 0; r < rows; ++r)
                for (std::int64_t d = 0; d < dimension; ++d)
                    headOut[(t + r) * queryStride + d] =
                        work.mixed[size(r * dimension + d)] * inverse[r];
        }
    }
}

WorkSpace workSpace(const AttentionShape& shape) {
    const std::int64_t stride = (shape.keys() + keyTile - 1) / keyTile * keyTile;
    const auto floats = [](std::int64_t n) {
        return std::vector<float>(static_cast<std::size_t>(n));
    };
    return {floats(shape.dimension * stride), floats(shape.dimension * stride),
            floats(queryTile * shape.dimension), floats(queryTile * stride),
            floats(queryTile * shape.dimension)};
}

} // namespace

void setThreads(int threads) { threadsOfCaller = std::max(threads, 1); }

// Every head is computed alike, so the result does not depend on the threads.
void causalAttention(const AttentionShape& shape, const float* q, const float* k, const float* v,
                     float* out) {
    const std::int64_t parts = shape.examples * shape.keyValueHeads;
    const int threads = static_cast<int>(std::min<std::int64_t>(threadsOfCaller, parts));
#pragma omp parallel num_threads(threads) if (threads > 1)
    {
        WorkSpace work = workSpace(shape);
#pragma omp for
        for (std::int64_t part = 0; part < parts; ++part)
            attend(shape, part / shape.keyValueHeads, part % shape.keyValueHeads, q, k, v, out,
                   work);
    }
}

} // namespace quantscope::kernels
