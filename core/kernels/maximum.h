#pragma once

#include "core/kernels/vector_types.h"

#include <cstdint>

namespace quantscope::kernels {

// The compiler leaves the maximum of floats one comparison after the other, since it has to mind
// NaN; these say how to go about it. A NaN is passed over unless it stands in the first vector.

[[gnu::always_inline]] inline Wide larger(const Wide& a, const Wide& b) { return a > b ? a : b; }

/// The largest of a vector's values.
[[gnu::always_inline]] inline float largest(const Wide& v) {
    const Wide eight = larger(
        v, __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    const Wide four = larger(eight, __builtin_shufflevector(eight, eight, 4, 5, 6, 7, 0, 1, 2, 3,
                                                            12, 13, 14, 15, 8, 9, 10, 11));
    const float low = four[0] > four[1] ? four[0] : four[1];
    const float high = four[2] > four[3] ? four[2] : four[3];
    return low > high ? low : high;
}

/// The largest of `count` values, at least one.
[[gnu::always_inline]] inline float largest(const float* x, std::int64_t count) {
    if (count < wideCount) {
        float peak = x[0];
        for (std::int64_t i = 1; i < count; ++i)
            peak = x[i] > peak ? x[i] : peak;
        return peak;
    }
    Wide even = load<Wide>(x);
    Wide odd = load<Wide>(x + count - wideCount); // overlaps the rest, which a maximum bears
    std::int64_t i = wideCount;
    for (; i + 2 * wideCount <= count; i += 2 * wideCount) {
        even = larger(load<Wide>(x + i), even);
        odd = larger(load<Wide>(x + i + wideCount), odd);
    }
    if (i + wideCount <= count)
        even = larger(load<Wide>(x + i), even);
    return largest(larger(odd, even));
}

} // namespace quantscope::kernels
