#pragma once

#include "core/kernels/vector_types.h"

namespace quantscope::kernels {

// Exponential and logarithm of a vector of floats, accurate to about 2 units in the last place over
// the range that softmax uses. On vectors and not in plain loops: there the compiler turns a bound
// into cases, computes all of them, and stumbles over the denormal numbers of those that it drops.

/// e^x for x of at most 88; what is below -87 is taken for -87. NaN stays NaN.
template <typename Vector>
[[gnu::always_inline]] inline Vector exponentialUpTo88(Vector x) {
    x = Vector{} - 87.0f > x ? Vector{} - 87.0f : x; // this order is one instruction
    // The exponent with its bias is positive, so that cutting it off rounds to the nearest.
    const WholeOf<Vector> biased =
        __builtin_convertvector(x * 1.44269504088896341f + 127.5f, WholeOf<Vector>);
    const Vector n = __builtin_convertvector(biased, Vector) - 127.0f; // NaN has no room for − 127
    const Vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    Vector p = Vector{} + 1.9875691500e-4f; // minimax polynomial of (e^r − 1 − r) / r² on ±ln2/2
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = (p * r + 1.0f) * r + 1.0f;
    return p * reinterpret_cast<Vector>(biased << 23);
}

/// The same for any x; what is beyond 88 is taken for 88.
template <typename Vector>
[[gnu::always_inline]] inline Vector exponential(Vector x) {
    return exponentialUpTo88(Vector{} + 88.0f < x ? Vector{} + 88.0f : x);
}

/// Natural logarithm of positive, normal numbers.
template <typename Vector>
[[gnu::always_inline]] inline Vector logarithm(Vector x) {
    const WholeOf<Vector> bits = reinterpret_cast<WholeOf<Vector>>(x);
    Vector m = reinterpret_cast<Vector>((bits & 0x007fffff) | 0x3f000000); // [0.5, 1)
    const WholeOf<Vector> small = m < 0.707106781186547524f;               // −1 where it holds
    const WholeOf<Vector> exponent = (bits >> 23) - 126 + small;
    m = small ? m + m - 1.0f : m - 1.0f;
    const Vector z = m * m;
    Vector p = Vector{} + 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    const Vector e = __builtin_convertvector(exponent, Vector);
    return m + (m * z * p - 0.5f * z + e * -2.12194440e-4f) + e * 0.693359375f;
}

} // namespace quantscope::kernels
