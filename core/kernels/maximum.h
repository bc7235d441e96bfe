#pragma once

#include "core/kernels/vector_types.h"

#include <cstdint>

namespace quantscope::kernels {

// The compiler leaves the maximum of floats one comparison after the other, since it has to mind
// NaN; these say how to go about it. A NaN is passed over unless it stands in the first vector.

/// Of vectors or of single values.
template <typename Value>
[[gnu::always_inline]] inline Value larger(const Value& a, const Value& b) {
    return a > b ? a : b;
}

/// The largest of a vector's values.
template <typename Vector>
[[gnu::always_inline]] inline float largest(const Vector& v) {
    return reduced(v, [](const auto& a, const auto& b) { return larger(a, b); });
}

/// The largest of `count` values, at least one.
template <typename Vector>
[[gnu::always_inline]] inline float largest(const float* x, std::int64_t count) {
    constexpr std::int64_t lanes = lanesOf<Vector>;
    if (count < lanes) {
        float peak = x[0];
        for (std::int64_t i = 1; i < count; ++i)
            peak = larger(x[i], peak);
        return peak;
    }
    Vector even = load<Vector>(x);
    Vector odd = load<Vector>(x + count - lanes); // overlaps the rest, which a maximum bears
    std::int64_t i = lanes;
    for (; i + 2 * lanes <= count; i += 2 * lanes) {
        even = larger(load<Vector>(x + i), even);
        odd = larger(load<Vector>(x + i + lanes), odd);
    }
    if (i + lanes <= count)
        even = larger(load<Vector>(x + i), even);
    return largest(larger(odd, even));
}

} // namespace quantscope::kernels
