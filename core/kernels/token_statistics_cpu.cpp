#include "core/kernels/kernels.h"
#include "core/kernels/maximum.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/vector_types.h"

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

[[gnu::always_inline]] inline float kurtosis(const float* x, std::int64_t width,
                                             const float (&sums)[8]) {
    const double n = double(width);
    const double mean = double(sums[First]) / n;
    const double square = double(sums[Second]) / n;
    const double variance = square - mean * mean;
    // Also where a fourth power left the range of f32.
    if (!(variance > 0.25 * square) || !(sums[Fourth] < 1e38f) || !(sums[Fourth] > 1e-30f))
        return centralKurtosis(x, width, mean);
    const double fourth = double(sums[Fourth]) / n - 4 * mean * double(sums[Third]) / n +
                          6 * mean * mean * square - 3 * mean * mean * mean * mean;
    return float(fourth / (variance * variance));
}

} // namespace

QUANTSCOPE_MULTIVERSION
void tokenStatistics(const float* x, const float* reference, std::int64_t rows, std::int64_t width,
                     const TokenStatistics& out) {
    const std::int64_t whole = width / wideCount * wideCount;
    for (std::int64_t r = 0; r < rows; ++r, x += width) {
        const float* other = reference ? reference + r * width : x;
        RowSums sums;
        for (std::int64_t i = 0; i < whole; i += wideCount)
            collect(sums, load<Wide>(x + i), load<Wide>(other + i));
        if (whole < width) // zeros add nothing
            collect(sums, loadPart(x + whole, width - whole, 0),
                    loadPart(other + whole, width - whole, 0));
        float moments[8];
        addUp(sums.moments, moments);
        const float norm = std::sqrt(moments[Second]);
        if (out.norm)
            out.norm[r] = norm;
        if (out.maximum)
            out.maximum[r] = largest(sums.peak);
        if (out.kurtosis)
            out.kurtosis[r] = kurtosis(x, width, moments);
        if (!reference)
            continue;
        const float otherNorm = std::sqrt(moments[Other]);
        const float errorNorm = std::sqrt(moments[Error]);
        if (out.errorNorm)
            out.errorNorm[r] = errorNorm;
        if (out.relativeError)
            out.relativeError[r] = errorNorm / otherNorm;
        if (out.cosine)
            out.cosine[r] = moments[Dot] / (norm * otherNorm);
    }
}

} // namespace quantscope::kernels
