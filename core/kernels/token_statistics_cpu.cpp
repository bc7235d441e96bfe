#include "core/kernels/kernels.h"
#include "core/kernels/maximum.h"
#include "core/kernels/processor_levels.h"
#include "core/kernels/vector_types.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace quantscope::kernels {

namespace {

/// What one pass over a row collects.
enum Collected { First, Second, Third, Fourth, Error, Dot, Other, Peak };
constexpr int collectedCount = 8;

/// Rows that are reduced together: as many as a vector has lanes.
template <typename Vector>
constexpr std::int64_t rowsTogether = lanesOf<Vector>;

/// Partial results of some rows, a vector each.
template <typename Vector>
using Partial = Vector[collectedCount][rowsTogether<Vector>];

/// The same once each vector is reduced: a value a row, by Collected.
template <typename Vector>
using Rows = float[collectedCount][rowsTogether<Vector>];

template <typename Vector>
[[gnu::always_inline]] inline void collect(Vector (&sums)[collectedCount], const Vector& a,
                                           const Vector& b) {
    const Vector squares = a * a;
    const Vector difference = a - b;
    const Vector magnitude = a < 0 ? -a : a;
    sums[First] += a;
    sums[Second] += squares;
    sums[Third] += squares * a;
    sums[Fourth] += squares * squares;
    sums[Error] += difference * difference;
    sums[Dot] += a * b;
    sums[Other] += b * b;
    sums[Peak] = larger(magnitude, sums[Peak]);
}

/// Every second group of `Group` lanes of a, and then of b.
template <int Group, bool Second, typename Vector, int... Lanes>
[[gnu::always_inline]] inline Vector everySecond(const Vector& a, const Vector& b,
                                                 std::integer_sequence<int, Lanes...>) {
    // Lane i of what comes out is lane i + (i / Group) · Group of a and b, seen as one vector.
    return __builtin_shufflevector(a, b, (Lanes + Lanes / Group * Group + Second * Group)...);
}

/// Halves the number of partial results: those of a fill the lower half of what comes out, those of
/// b the upper half.
template <int Group, typename Vector, typename Combine>
[[gnu::always_inline]] inline void fold(Vector* v, int count, Combine combine) {
    using Lanes = std::make_integer_sequence<int, int(lanesOf<Vector>)>;
    for (int i = 0; i < count; ++i)
        v[i] = combine(everySecond<Group, false>(v[2 * i], v[2 * i + 1], Lanes()),
                       everySecond<Group, true>(v[2 * i], v[2 * i + 1], Lanes()));
}

/// Reduces as many vectors as each has lanes to one value each, in their order: the steps are
/// shared, which is a quarter of the work of one vector after the other.
template <typename Vector, typename Combine>
[[gnu::always_inline]] inline Vector reduceEach(const Vector (&v)[rowsTogether<Vector>],
                                                Combine combine) {
    constexpr int lanes = int(lanesOf<Vector>);
    Vector left[lanes];
    std::copy_n(v, lanes, left);
    if constexpr (lanes >= 16)
        fold<8>(left, lanes / 2, combine);
    if constexpr (lanes >= 8)
        fold<4>(left, lanes >= 16 ? 4 : lanes / 2, combine);
    fold<2>(left, 2, combine);
    fold<1>(left, 1, combine);
    return left[0];
}

template <typename Vector>
[[gnu::always_inline]] inline void reduce(const Partial<Vector>& partial, Rows<Vector>& rows) {
    for (int i = 0; i < Peak; ++i)
        store(rows[i],
              reduceEach(partial[i], [](const Vector& a, const Vector& b) { return a + b; }));
    store(rows[Peak],
          reduceEach(partial[Peak], [](const Vector& a, const Vector& b) { return larger(a, b); }));
}

/// Central moments about the row's own mean: for rows whose mean outweighs their spread, where the
/// differences of raw moments would leave few digits.
[[gnu::always_inline]] inline float centralKurtosis(const float* x, std::int64_t width,
                                                    double mean) {
    double second = 0;
    double fourth = 0;
    for (std::int64_t i = 0; i < width; ++i) {
        const double d = (double(x[i]) - mean) * (double(x[i]) - mean);
        second += d;
        fourth += d * d;
    }
    return float(fourth * double(width) / (second * second));
}

template <typename Vector>
[[gnu::always_inline]] inline void collectRow(const float* x, const float* reference,
                                              std::int64_t width, std::int64_t row,
                                              Partial<Vector>& partial) {
    constexpr std::int64_t lanes = lanesOf<Vector>;
    const std::int64_t whole = width / lanes * lanes;
    Vector sums[collectedCount] = {};
    for (std::int64_t i = 0; i < whole; i += lanes)
        collect(sums, load<Vector>(x + i), load<Vector>(reference + i));
    if (whole < width) // zeros add nothing
        collect(sums, loadPart<Vector>(x + whole, width - whole, 0),
                loadPart<Vector>(reference + whole, width - whole, 0));
    for (int i = 0; i < collectedCount; ++i)
        partial[i][row] = sums[i];
}

/// @param x  the rows, for those whose raw moments do not do
template <typename Vector>
[[gnu::always_inline]] inline void kurtosis(const float* x, std::int64_t width, std::int64_t rows,
                                            const Rows<Vector>& collected, float* out) {
    const double inverse = 1.0 / double(width);
    float values[rowsTogether<Vector>];
    bool isExact[rowsTogether<Vector>];
    for (std::int64_t r = 0; r < rowsTogether<Vector>; ++r) {
        const double mean = double(collected[First][r]) * inverse;
        const double square = double(collected[Second][r]) * inverse;
        const double variance = square - mean * mean;
        const double fourth = double(collected[Fourth][r]) * inverse -
                              4 * mean * double(collected[Third][r]) * inverse +
                              6 * mean * mean * square - 3 * mean * mean * mean * mean;
        values[r] = float(fourth / (variance * variance));
        // Also where a fourth power left the range of f32.
        isExact[r] = (variance > 0.25 * square) & (collected[Fourth][r] < 1e38f) &
                     (collected[Fourth][r] > 1e-30f);
    }
    for (std::int64_t r = 0; r < rows; ++r)
        out[r] = isExact[r]
                     ? values[r]
                     : centralKurtosis(x + r * width, width, double(collected[First][r]) * inverse);
}

/// values[r] for the rows that there are.
template <typename Vector, typename Value>
[[gnu::always_inline]] inline void write(float* out, std::int64_t rows, Value value) {
    if (!out)
        return;
    float values[rowsTogether<Vector>];
    for (std::int64_t r = 0; r < rowsTogether<Vector>; ++r)
        values[r] = value(r);
    std::copy_n(values, rows, out);
}

[[gnu::always_inline]] inline float* at(float* column, std::int64_t row) {
    return column ? column + row : nullptr;
}

struct StatisticsLoop {
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(const float* x, const float* reference,
                                                  std::int64_t rows, std::int64_t width,
                                                  const TokenStatistics& out) {
        constexpr std::int64_t together = rowsTogether<Vector>;
        for (std::int64_t first = 0; first < rows; first += together) {
            const std::int64_t count = std::min(together, rows - first);
            const float* own = x + first * width;
            const float* other = reference ? reference + first * width : own;
            Partial<Vector> partial;
            if (count < together)
                std::memset(&partial, 0, sizeof partial); // rows that there are none of
            for (std::int64_t r = 0; r < count; ++r)
                collectRow<Vector>(own + r * width, other + r * width, width, r, partial);
            Rows<Vector> row;
            reduce<Vector>(partial, row);
            const auto norm = [&](Collected squares, std::int64_t r) {
                return std::sqrt(row[squares][r]);
            };
            write<Vector>(at(out.norm, first), count,
                          [&](std::int64_t r) { return norm(Second, r); });
            write<Vector>(at(out.maximum, first), count,
                          [&](std::int64_t r) { return row[Peak][r]; });
            if (out.kurtosis)
                kurtosis<Vector>(own, width, count, row, out.kurtosis + first);
            if (!reference)
                continue;
            write<Vector>(at(out.errorNorm, first), count,
                          [&](std::int64_t r) { return norm(Error, r); });
            write<Vector>(at(out.relativeError, first), count,
                          [&](std::int64_t r) { return norm(Error, r) / norm(Other, r); });
            write<Vector>(at(out.cosine, first), count, [&](std::int64_t r) {
                return row[Dot][r] / (norm(Second, r) * norm(Other, r));
            });
        }
    }
};

} // namespace

void tokenStatistics(const float* x, const float* reference, std::int64_t rows, std::int64_t width,
                     const TokenStatistics& out) {
    runAtOwnLevel<StatisticsLoop>(x, reference, rows, width, out);
}

} // namespace quantscope::kernels
