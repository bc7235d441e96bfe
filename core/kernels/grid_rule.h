#pragma once

#include "core/kernels/quantization.h"

#include <cmath>

#ifdef __CUDACC__
#define QUANTSCOPE_EVERYWHERE __host__ __device__ __forceinline__
#else
#define QUANTSCOPE_EVERYWHERE [[gnu::always_inline]] inline
#endif

namespace quantscope::kernels {

// The arithmetic of one group and of one weight, the same for the CPU and the GPU. No product is
// added to anything here, and the sources that include this are compiled without fused
// multiply-add and without reordering.

struct GroupGrid {
    float scale;
    float zero;
};

/// The grid of a range; NaN of a range that is NaN.
QUANTSCOPE_EVERYWHERE GroupGrid gridOfRange(float low, float high, const GridRule& rule) {
    const GridKind kind = rule.kind;
    const bool isSymmetric = kind == GridKind::Symmetric || kind == GridKind::SymmetricNarrow;
    const bool isBare = kind == GridKind::AsymmetricRaw || kind == GridKind::AsymmetricWide;
    const float largestCode = float((1 << rule.bits) - 1);
    const float middle = float(1 << (rule.bits - 1));

    const float largest = -low > high ? -low : high;
    // A group of equal weights has no range of its own; with 0 in it the weight is exact.
    const bool isWidened = !isBare || low == high;
    const float withZeroLow = isWidened && low > 0 ? 0 : low;
    const float withZeroHigh = isWidened && high < 0 ? 0 : high;
    low = isSymmetric ? -largest : withZeroLow;
    high = isSymmetric ? largest : withZeroHigh;
    low = rule.clip < 1 ? low * rule.clip : low;
    high = rule.clip < 1 ? high * rule.clip : high;
    const bool isEmpty = low == high; // all weights are 0
    low = isEmpty ? -1 : low;
    high = isEmpty ? 1 : high;

    const float scale =
        kind == GridKind::SymmetricNarrow ? high / (middle - 1) : (high - low) / largestCode;
    constexpr float widestZero = 1e4f;
    const float smallestZero = kind == GridKind::AsymmetricRaw ? 0 : -widestZero;
    const float largestZero = kind == GridKind::AsymmetricRaw ? largestCode : widestZero;
    float zero = rintf(-low / scale);
    const float atLeast = zero < smallestZero ? smallestZero : zero;
    const float within = atLeast > largestZero ? largestZero : atLeast;
    zero = isBare ? within : zero;
    zero = isSymmetric ? middle : zero;
    return {scale, zero};
}

/// A weight's place on a grid, a whole number in [0, largestCode]; NaN stays NaN.
QUANTSCOPE_EVERYWHERE float placeOf(float weight, const GroupGrid& grid, float largestCode) {
    const float place = rintf(weight / grid.scale) + grid.zero;
    const float atLeast = place < 0 ? 0 : place;
    return atLeast > largestCode ? largestCode : atLeast;
}

/// A place as a code; 0 for NaN.
QUANTSCOPE_EVERYWHERE std::uint8_t codeOf(float place) {
    return std::uint8_t(std::int32_t(place > 0 ? place : 0));
}

QUANTSCOPE_EVERYWHERE float valueOf(float place, const GroupGrid& grid) {
    return (place - grid.zero) * grid.scale;
}

/// The nearest of ascending levels, of two the lower one; NaN goes to the last.
/// @param between  [2^bits − 1], the middles between neighbours
template <int bits>
QUANTSCOPE_EVERYWHERE std::int32_t nearestLevel(float x, const float* between) {
    constexpr int half = 1 << (bits - 1);
    const bool isUpper = !(between[half - 1] >= x);
    if constexpr (bits == 1) {
        return isUpper;
    } else {
        float rest[half - 1];
        for (int i = 0; i < half - 1; ++i)
            rest[i] = isUpper ? between[half + i] : between[i];
        return (isUpper ? half : 0) + nearestLevel<bits - 1>(x, rest);
    }
}

} // namespace quantscope::kernels
