#pragma once

#include <bit>
#include <cstdint>
#include <limits>

namespace quantscope::kernels {

// Floats as integers of the same order. The compiler reduces integers to their least and largest a
// vector at a time, which it cannot do with floats, since it has to mind NaN; and a NaN comes out
// beyond the infinities, whichever sign it has, so that it is not passed over.

constexpr std::int32_t orderOfInfinity = 0x7f800000;

[[gnu::always_inline]] inline std::int32_t orderOf(float x) {
    const auto bits = std::bit_cast<std::int32_t>(x);
    return bits ^ ((bits >> 31) & 0x7fffffff);
}

[[gnu::always_inline]] inline float ofOrder(std::int32_t order) {
    return std::bit_cast<float>(order ^ ((order >> 31) & 0x7fffffff));
}

struct FloatRange {
    float low;
    float high;
};

/// Least and largest of `count` values, at least one; both NaN where one of them is.
[[gnu::always_inline]] inline FloatRange rangeOf(const float* x, std::int64_t count) {
    std::int32_t low = std::numeric_limits<std::int32_t>::max();
    std::int32_t high = std::numeric_limits<std::int32_t>::min();
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int32_t order = orderOf(x[i]);
        low = order < low ? order : low;
        high = order > high ? order : high;
    }
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    const bool isNan = high > orderOfInfinity || low < ~orderOfInfinity;
    return {isNan ? nan : ofOrder(low), isNan ? nan : ofOrder(high)};
}

/// max |x| of `count` values; NaN where one of them is.
[[gnu::always_inline]] inline float largestMagnitude(const float* x, std::int64_t count) {
    std::int32_t high = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int32_t order = std::bit_cast<std::int32_t>(x[i]) & 0x7fffffff;
        high = order > high ? order : high;
    }
    return std::bit_cast<float>(high); // itself a NaN where one was the largest
}

} // namespace quantscope::kernels
