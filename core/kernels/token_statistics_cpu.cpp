#include "core/kernels/kernels.h"
#include "core/kernels/maximum.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/vector_types.h"

#include <algorithm>
#include <cmath>

namespace quantscope::kernels {

namespace {

/// What one pass over a row collects.
enum Moment { First, Second, Third, Fourth, Error, Dot, Other };

struct RowSums {
    Wide moments[8] = {}; // by Moment; the eighth stays 0
    Wide peak = {};
};

[[gnu::always_inline]] inline void collect(RowSums& sums, const Wide& a, const Wide& b) {
    const Wide squares = a * a;
    const Wide difference = a - b;
    const Wide magnitude = a < 0 ? -a : a;
    sums.moments[First] += a;
    sums.moments[Second] += squares;
    sums.moments[Third] += squares * a;
    sums.moments[Fourth] += squares * squares;
    sums.moments[Error] += difference * difference;
    sums.moments[Dot] += a * b;
    sums.moments[Other] += b * b;
    sums.peak = larger(magnitude, sums.peak);
}

// Each step halves the number of partial sums: those of a fill the lower half of the result, those
// of b the upper half.
[[gnu::always_inline]] inline Wide addHalves(const Wide& a, const Wide& b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
           __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30,
                                   31);
}

[[gnu::always_inline]] inline Wide addQuarters(const Wide& a, const Wide& b) {
    return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
           __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30,
                                   31);
}

[[gnu::always_inline]] inline Wide addEighths(const Wide& a, const Wide& b) {
    return __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29) +
           __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30,
                                   31);
}

/// The sum of each of eight vectors, sharing the steps: a third of the work of one by one.
[[gnu::always_inline]] inline void addUp(const Wide (&v)[8], float (&out)[8]) {
    const Wide pairs[4] = {addHalves(v[0], v[1]), addHalves(v[2], v[3]), addHalves(v[4], v[5]),
                           addHalves(v[6], v[7])}; // 8 partial sums of each
    const Wide quads[2] = {addQuarters(pairs[0], pairs[1]), addQuarters(pairs[2], pairs[3])};
    float parts[wideCount]; // 2 partial sums of each
    store(parts, addEighths(quads[0], quads[1]));
    for (int i = 0; i < 8; ++i)
        out[i] = parts[2 * i] + parts[2 * i + 1];
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

constexpr std::int64_t rowsTogether = wideCount;

/// What was collected of some rows, rows side by side, so that roots and quotients are taken of
/// whole vectors.
struct RowMoments {
    alignas(64) float sums[8][rowsTogether] = {}; // by Moment
    alignas(64) float peak[rowsTogether] = {};
};

[[gnu::always_inline]] inline void collectRow(const float* x, const float* reference,
                                              std::int64_t width, std::int64_t row,
                                              RowMoments& moments) {
    const std::int64_t whole = width / wideCount * wideCount;
    RowSums sums;
    for (std::int64_t i = 0; i < whole; i += wideCount)
        collect(sums, load<Wide>(x + i), load<Wide>(reference + i));
    if (whole < width) // zeros add nothing
        collect(sums, loadPart(x + whole, width - whole, 0),
                loadPart(reference + whole, width - whole, 0));
    float own[8];
    addUp(sums.moments, own);
    for (int i = 0; i < 8; ++i)
        moments.sums[i][row] = own[i];
    moments.peak[row] = largest(sums.peak);
}

/// @param x  the rows, for those whose raw moments do not do
[[gnu::always_inline]] inline void kurtosis(const float* x, std::int64_t width, std::int64_t rows,
                                            const RowMoments& moments, float* out) {
    const double inverse = 1.0 / double(width);
    float values[rowsTogether];
    bool isExact[rowsTogether];
    for (std::int64_t r = 0; r < rowsTogether; ++r) {
        const double mean = double(moments.sums[First][r]) * inverse;
        const double square = double(moments.sums[Second][r]) * inverse;
        const double variance = square - mean * mean;
        const double fourth = double(moments.sums[Fourth][r]) * inverse -
                              4 * mean * double(moments.sums[Third][r]) * inverse +
                              6 * mean * mean * square - 3 * mean * mean * mean * mean;
        values[r] = float(fourth / (variance * variance));
        // Also where a fourth power left the range of f32.
        isExact[r] = (variance > 0.25 * square) & (moments.sums[Fourth][r] < 1e38f) &
                     (moments.sums[Fourth][r] > 1e-30f);
    }
    for (std::int64_t r = 0; r < rows; ++r)
        out[r] = isExact[r] ? values[r]
                            : centralKurtosis(x + r * width, width,
                                              double(moments.sums[First][r]) * inverse);
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
        RowMoments moments;
        for (std::int64_t r = 0; r < count; ++r)
            collectRow(own + r * width, other + r * width, width, r, moments);
        const auto& sums = moments.sums;
        const auto norm = [&](Moment squares, std::int64_t r) {
            return std::sqrt(sums[squares][r]);
        };
        write(at(out.norm, first), count, [&](std::int64_t r) { return norm(Second, r); });
        write(at(out.maximum, first), count, [&](std::int64_t r) { return moments.peak[r]; });
        if (out.kurtosis)
            kurtosis(own, width, count, moments, out.kurtosis + first);
        if (!reference)
            continue;
        write(at(out.errorNorm, first), count, [&](std::int64_t r) { return norm(Error, r); });
        write(at(out.relativeError, first), count,
              [&](std::int64_t r) { return norm(Error, r) / norm(Other, r); });
        write(at(out.cosine, first), count,
              [&](std::int64_t r) { return sums[Dot][r] / (norm(Second, r) * norm(Other, r)); });
    }
}

} // namespace quantscope::kernels
