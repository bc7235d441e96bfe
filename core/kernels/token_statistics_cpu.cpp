#include "core/kernels/kernels.h"
#include "core/kernels/maximum.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/vector_types.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace quantscope::kernels {

namespace {

/// What one pass over a row collects.
enum Collected { First, Second, Third, Fourth, Error, Dot, Other, Peak };
constexpr int collectedCount = 8;

constexpr std::int64_t rowsTogether = wideCount;

/// Partial results of some rows, a vector each.
using Partial = Wide[collectedCount][rowsTogether];

/// The same once each vector is reduced: a value a row, by Collected.
using Rows = float[collectedCount][rowsTogether];

[[gnu::always_inline]] inline void collect(Wide (&sums)[collectedCount], const Wide& a,
                                           const Wide& b) {
    const Wide squares = a * a;
    const Wide difference = a - b;
    const Wide magnitude = a < 0 ? -a : a;
    sums[First] += a;
    sums[Second] += squares;
    sums[Third] += squares * a;
    sums[Fourth] += squares * squares;
    sums[Error] += difference * difference;
    sums[Dot] += a * b;
    sums[Other] += b * b;
    sums[Peak] = larger(magnitude, sums[Peak]);
}

// Each step halves the number of partial results: those of a fill the lower half of what comes out,
// those of b the upper half.
template <typename Combine>
[[gnu::always_inline]] inline Wide halves(const Wide& a, const Wide& b, Combine combine) {
    return combine(
        __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23),
        __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30,
                                31));
}

template <typename Combine>
[[gnu::always_inline]] inline Wide quarters(const Wide& a, const Wide& b, Combine combine) {
    return combine(
        __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27),
        __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
}

template <typename Combine>
[[gnu::always_inline]] inline Wide eighths(const Wide& a, const Wide& b, Combine combine) {
    return combine(
        __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29),
        __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31));
}

template <typename Combine>
[[gnu::always_inline]] inline Wide sixteenths(const Wide& a, const Wide& b, Combine combine) {
    return combine(
        __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30),
        __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31));
}

/// Reduces sixteen vectors to one value each, in their order: the steps are shared, which is a
/// quarter of the work of one vector after the other.
template <typename Combine>
[[gnu::always_inline]] inline Wide reduceEach(const Wide (&v)[rowsTogether], Combine combine) {
    Wide left[8];
    for (int i = 0; i < 8; ++i)
        left[i] = halves(v[2 * i], v[2 * i + 1], combine);
    for (int i = 0; i < 4; ++i)
        left[i] = quarters(left[2 * i], left[2 * i + 1], combine);
    for (int i = 0; i < 2; ++i)
        left[i] = eighths(left[2 * i], left[2 * i + 1], combine);
    return sixteenths(left[0], left[1], combine);
}

[[gnu::always_inline]] inline void reduce(const Partial& partial, Rows& rows) {
    for (int i = 0; i < Peak; ++i)
        store(rows[i], reduceEach(partial[i], [](const Wide& a, const Wide& b) { return a + b; }));
    store(rows[Peak],
          reduceEach(partial[Peak], [](const Wide& a, const Wide& b) { return larger(a, b); }));
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

[[gnu::always_inline]] inline void collectRow(const float* x, const float* reference,
                                              std::int64_t width, std::int64_t row,
                                              Partial& partial) {
    const std::int64_t whole = width / wideCount * wideCount;
    Wide sums[collectedCount] = {};
    for (std::int64_t i = 0; i < whole; i += wideCount)
        collect(sums, load<Wide>(x + i), load<Wide>(reference + i));
    if (whole < width) // zeros add nothing
        collect(sums, loadPart(x + whole, width - whole, 0),
                loadPart(reference + whole, width - whole, 0));
    for (int i = 0; i < collectedCount; ++i)
        partial[i][row] = sums[i];
}

/// @param x  the rows, for those whose raw moments do not do
[[gnu::always_inline]] inline void kurtosis(const float* x, std::int64_t width, std::int64_t rows,
                                            const Rows& collected, float* out) {
    const double inverse = 1.0 / double(width);
    float values[rowsTogether];
    bool isExact[rowsTogether];
    for (std::int64_t r = 0; r < rowsTogether; ++r) {
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
template <typename Value>
[[gnu::always_inline]] inline void write(float* out, std::int64_t rows, Value value) {
    if (!out)
        return;
    float values[rowsTogether];
    for (std::int64_t r = 0; r < rowsTogether; ++r)
        values[r] = value(r);
    std::copy_n(values, rows, out);
}

[[gnu::always_inline]] inline float* at(float* column, std::int64_t row) {
    return column ? column + row : nullptr;
}

} // namespace

QUANTSCOPE_MULTIVERSION
void tokenStatistics(const float* x, const float* reference, std::int64_t rows, std::int64_t width,
                     const TokenStatistics& out) {
    for (std::int64_t first = 0; first < rows; first += rowsTogether) {
        const std::int64_t count = std::min(rowsTogether, rows - first);
        const float* own = x + first * width;
        const float* other = reference ? reference + first * width : own;
        Partial partial;
        if (count < rowsTogether)
            std::memset(&partial, 0, sizeof partial); // rows that there are none of
        for (std::int64_t r = 0; r < count; ++r)
            collectRow(own + r * width, other + r * width, width, r, partial);
        Rows row;
        reduce(partial, row);
        const auto norm = [&](Collected squares, std::int64_t r) {
            return std::sqrt(row[squares][r]);
        };
        write(at(out.norm, first), count, [&](std::int64_t r) { return norm(Second, r); });
        write(at(out.maximum, first), count, [&](std::int64_t r) { return row[Peak][r]; });
        if (out.kurtosis)
            kurtosis(own, width, count, row, out.kurtosis + first);
        if (!reference)
            continue;
        write(at(out.errorNorm, first), count, [&](std::int64_t r) { return norm(Error, r); });
        write(at(out.relativeError, first), count,
              [&](std::int64_t r) { return norm(Error, r) / norm(Other, r); });
        write(at(out.cosine, first), count,
              [&](std::int64_t r) { return row[Dot][r] / (norm(Second, r) * norm(Other, r)); });
    }
}

} // namespace quantscope::kernels
