#pragma once

#include "core/kernels/vector_types.h"

namespace quantscope::kernels {

// Exponential and logarithm of a vector of floats, accurate to about 2 units in the last place over
// the range that softmax uses. On vectors and not in plain loops: there the compiler turns a bound
// into cases, computes all of them, and stumbles over the denormal numbers of those that it drops.

/// e^x for x of at most 88; what is below -87 is taken for -87. NaN stays NaN.
[[gnu::always_inline]] inline Wide exponentialUpTo88(Wide x) {
    x = Wide{} - 87.0f > x ? Wide{} - 87.0f : x; // this order is one instruction
    // The exponent with its bias is positive, so that cutting it off rounds to the nearest.
    const WideInt biased = __builtin_convertvector(x * 1.44269504088896341f + 127.5f, WideInt);
    const Wide n = __builtin_convertvector(biased, Wide) - 127.0f; // NaN has no room for − 127
    const Wide r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    Wide p = Wide{} + 1.9875691500e-4f; // minimax polynomial of (e^r − 1 − r) / r² on ±ln2/2
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = (p * r + 1.0f) * r + 1.0f;
    return p * reinterpret_cast<Wide>(biased << 23);
}

/// The same for any x; what is beyond 88 is taken for 88.
[[gnu::always_inline]] inline Wide exponential(Wide x) {
    return exponentialUpTo88(Wide{} + 88.0f < x ? Wide{} + 88.0f : x);
}

/// Natural logarithm of positive, normal numbers.
[[gnu::always_inline]] inline Wide logarithm(Wide x) {
    const WideInt bits = reinterpret_cast<WideInt>(x);
    Wide m = reinterpret_cast<Wide>((bits & 0x007fffff) | 0x3f000000); // [0.5, 1)
    const WideInt small = m < 0.707106781186547524f;                   // −1 where it holds
    const WideInt exponent = (bits >> 23) - 126 + small;
    m = small ? m + m - 1.0f : m - 1.0f;
    const Wide z = m * m;
    Wide p = Wide{} + 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    const Wide e = __builtin_convertvector(exponent, Wide);
    return m + (m * z * p - 0.5f * z + e * -2.12194440e-4f) + e * 0.693359375f;
}

} // namespace quantscope::kernels
