#include "core/kernels/kernels.h"
#include "core/kernels/multiversion.h"
#include "core/kernels/processor_levels.h"
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

template <typename Vector>
[[gnu::always_inline]] inline Vector siluOf(const Vector& x) {
    return x / (1.0f + exponential(-x));
}

struct SiluLoop {
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(float* gate, std::int64_t count) {
        std::int64_t i = 0;
        for (; i + lanesOf<Vector> <= count; i += lanesOf<Vector>)
            store(gate + i, siluOf(load<Vector>(gate + i)));
        if (i < count)
            storePart(gate + i, siluOf(loadPart<Vector>(gate + i, count - i, 0)), count - i);
    }
};

} // namespace

void silu(float* gate, std::int64_t count) { runAtOwnLevel<SiluLoop>(gate, count); }

namespace {

struct SiluMultiplyLoop {
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(float* gate, const float* up,
                                                  std::int64_t count) {
        std::int64_t i = 0;
        for (; i + lanesOf<Vector> <= count; i += lanesOf<Vector>)
            store(gate + i, siluOf(load<Vector>(gate + i)) * load<Vector>(up + i));
        if (i < count)
            storePart(gate + i,
                      siluOf(loadPart<Vector>(gate + i, count - i, 0)) *
                          loadPart<Vector>(up + i, count - i, 0),
                      count - i);
    }
};

} // namespace

void siluMultiply(float* gate, const float* up, std::int64_t count) {
    runAtOwnLevel<SiluMultiplyLoop>(gate, up, count);
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

/// The first four values of a and the last four of b, as often as a vector has room for eight.
template <typename Vector, int... Lanes>
[[gnu::always_inline]] inline Vector everyEight(const Vector8& a, const Vector8& b,
                                                std::integer_sequence<int, Lanes...>) {
    return __builtin_shufflevector(a, b, (Lanes % 8 < 4 ? Lanes % 4 : 12 + Lanes % 4)...);
}

/// The same for heads of eight, as many as a vector has room for. @pre they fill whole vectors
template <typename Vector>
[[gnu::always_inline]] inline void rotateEights(float* x, const float* c, const float* s,
                                                std::int64_t heads) {
    using Lanes = std::make_integer_sequence<int, int(lanesOf<Vector>)>;
    const Vector8 cosines = load<Vector8>(c);
    const Vector8 sines = load<Vector8>(s);
    const Vector cosine = everyEight<Vector>(cosines, cosines, Lanes());
    const Vector sine = everyEight<Vector>(-sines, sines, Lanes());
    for (std::int64_t i = 0; i < heads * 8; i += lanesOf<Vector>) {
        const Vector own = load<Vector>(x + i);
        store(x + i, own * cosine + swapped<4>(own) * sine);
    }
}

struct RotateLoop {
    template <typename Vector>
    [[gnu::always_inline]] static inline void run(float* x, const float* cosine, const float* sine,
                                                  std::int64_t rows, std::int64_t tokens,
                                                  std::int64_t heads, std::int64_t dimension) {
        constexpr std::int64_t lanes = lanesOf<Vector>;
        const bool areEights = dimension == 8 && heads * 8 % lanes == 0;
        for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t t = 0; t < tokens; ++t, x += heads * dimension) {
                const float* c = cosine + t * dimension;
                const float* s = sine + t * dimension;
                if constexpr (lanes >= 8)
                    if (areEights) {
                        rotateEights<Vector>(x, c, s, heads);
                        continue;
                    }
                rotateHeads(x, c, s, heads, dimension);
            }
    }
};

} // namespace

void rotate(float* x, const float* cosine, const float* sine, std::int64_t rows,
            std::int64_t tokens, std::int64_t heads, std::int64_t dimension) {
    runAtOwnLevel<RotateLoop>(x, cosine, sine, rows, tokens, heads, dimension);
}

} // namespace quantscope::kernels
