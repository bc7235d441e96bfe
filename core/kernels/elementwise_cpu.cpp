#include "core/kernels/kernels.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/vector_math.h"

#include <cmath>

namespace quantscope::kernels {

QUANTSCOPE_MULTIVERSION
void rmsNorm(const float* x, const float* gamma, float epsilon, std::int64_t rows,
             std::int64_t width, float* out) {
    for (std::int64_t r = 0; r < rows; ++r, x += width, out += width) {
        float sum = 0;
        for (std::int64_t i = 0; i < width; ++i)
            sum += x[i] * x[i];
        const float scale = 1.0f / std::sqrt(sum / float(width) + epsilon);
        for (std::int64_t i = 0; i < width; ++i)
            out[i] = x[i] * scale * gamma[i];
    }
}

namespace {

[[gnu::always_inline]] inline Wide siluOf(const Wide& x) { return x / (1.0f + exponential(-x)); }

} // namespace

QUANTSCOPE_MULTIVERSION
void silu(float* gate, std::int64_t count) {
    std::int64_t i = 0;
    for (; i + wideCount <= count; i += wideCount)
        store(gate + i, siluOf(load<Wide>(gate + i)));
    if (i < count)
        storePart(gate + i, siluOf(loadPart(gate + i, count - i, 0)), count - i);
}

QUANTSCOPE_MULTIVERSION
void siluMultiply(float* gate, const float* up, std::int64_t count) {
    std::int64_t i = 0;
    for (; i + wideCount <= count; i += wideCount)
        store(gate + i, siluOf(load<Wide>(gate + i)) * load<Wide>(up + i));
    if (i < count)
        storePart(gate + i,
                  siluOf(loadPart(gate + i, count - i, 0)) * loadPart(up + i, count - i, 0),
                  count - i);
}

QUANTSCOPE_MULTIVERSION
void multiply(const float* a, const float* b, std::int64_t count, float* out) {
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = a[i] * b[i];
}

namespace {

/// One token's heads, one after the other. @param c, s  [dimension]
[[gnu::always_inline]] inline void rotateHeads(float* x, const float* c, const float* s,
                                               std::int64_t heads, std::int64_t dimension) {
    const std::int64_t half = dimension / 2;
    for (std::int64_t h = 0; h < heads; ++h, x += dimension)
        for (std::int64_t i = 0; i < half; ++i) {
            const float a = x[i];
            const float b = x[i + half];
            x[i] = a * c[i] - b * s[i];
            x[i + half] = b * c[i + half] + a * s[i + half];
        }
}

/// The same for heads of eight, two in each vector. @pre heads is even
[[gnu::always_inline]] inline void rotatePairs(float* x, const float* c, const float* s,
                                               std::int64_t heads) {
    const Narrow cosines = load<Narrow>(c);
    const Narrow sines = load<Narrow>(s);
    const Wide cosine =
        __builtin_shufflevector(cosines, cosines, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7);
    const Wide sine = __builtin_shufflevector(-sines, sines, 0, 1, 2, 3, 12, 13, 14, 15, 0, 1, 2, 3,
                                              12, 13, 14, 15);
    for (std::int64_t h = 0; h < heads; h += 2, x += wideCount) {
        const Wide own = load<Wide>(x);
        const Wide other =
            __builtin_shufflevector(own, own, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
        store(x, own * cosine + other * sine);
    }
}

} // namespace

QUANTSCOPE_MULTIVERSION
void rotate(float* x, const float* cosine, const float* sine, std::int64_t rows,
            std::int64_t tokens, std::int64_t heads, std::int64_t dimension) {
    const bool areNarrow = dimension == wideCount / 2 && heads % 2 == 0;
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t t = 0; t < tokens; ++t, x += heads * dimension) {
            const float* c = cosine + t * dimension;
            const float* s = sine + t * dimension;
            if (areNarrow)
                rotatePairs(x, c, s, heads);
            else
                rotateHeads(x, c, s, heads, dimension);
        }
}

} // namespace quantscope::kernels
