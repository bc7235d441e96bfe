#pragma once

#include <bit>
#include <cstdint>

namespace quantscope::kernels {

// Branch-free exponential and logarithm that the compiler can vectorise inside a loop, accurate to
// about 2 units in the last place over the range that softmax uses.

[[gnu::always_inline]] inline float exponential(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    const float scaled = x * 1.44269504088896341f;
    const auto n = static_cast<std::int32_t>(scaled + (scaled >= 0 ? 0.5f : -0.5f));
    const float r = (x - float(n) * 0.693359375f) + float(n) * 2.12194440e-4f;
    float p = 1.9875691500e-4f; // minimax polynomial of (e^r − 1 − r) / r² on ±ln2/2
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * std::bit_cast<float>((n + 127) << 23);
}

/// Natural logarithm of a positive, normal number.
[[gnu::always_inline]] inline float logarithm(float x) {
    const auto bits = std::bit_cast<std::int32_t>(x);
    std::int32_t exponent = (bits >> 23) - 126;
    float m = std::bit_cast<float>((bits & 0x007fffff) | 0x3f000000); // [0.5, 1)
    const bool small = m < 0.707106781186547524f;
    exponent -= small ? 1 : 0;
    m = small ? m + m - 1.0f : m - 1.0f;
    const float z = m * m;
    float p = 7.0376836292e-2f;
    p = p * m - 1.1514610310e-1f;
    p = p * m + 1.1676998740e-1f;
    p = p * m - 1.2420140846e-1f;
    p = p * m + 1.4249322787e-1f;
    p = p * m - 1.6668057665e-1f;
    p = p * m + 2.0000714765e-1f;
    p = p * m - 2.4999993993e-1f;
    p = p * m + 3.3333331174e-1f;
    const float e = float(exponent);
    return m + (m * z * p - 0.5f * z + e * -2.12194440e-4f) + e * 0.693359375f;
}

} // namespace quantscope::kernels
