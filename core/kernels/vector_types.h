#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace quantscope::kernels {

// Vectors of the compiler's own: it cuts them to the width of each processor level.
using Wide = float __attribute__((vector_size(64)));   // 16 floats
using Narrow = float __attribute__((vector_size(32))); // 8 floats
using WideInt = std::int32_t __attribute__((vector_size(64)));

constexpr std::int64_t wideCount = sizeof(Wide) / sizeof(float);

template <typename Vector>
[[gnu::always_inline]] inline Vector load(const float* from) {
    Vector v;
    std::memcpy(&v, from, sizeof v);
    return v;
}

template <typename Vector>
[[gnu::always_inline]] inline void store(float* to, const Vector& v) {
    std::memcpy(to, &v, sizeof v);
}

/// The first `count` values, fewer than a vector has, and `rest` in the others.
[[gnu::always_inline]] inline Wide loadPart(const float* from, std::int64_t count, float rest) {
    Wide v = Wide{} + rest;
    std::memcpy(&v, from, static_cast<std::size_t>(count) * sizeof(float));
    return v;
}

[[gnu::always_inline]] inline void storePart(float* to, const Wide& v, std::int64_t count) {
    std::memcpy(to, &v, static_cast<std::size_t>(count) * sizeof(float));
}

/// The sum of a vector's values.
[[gnu::always_inline]] inline float total(const Wide& v) {
    const Wide eight =
        v + __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    const Wide four = eight + __builtin_shufflevector(eight, eight, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13,
                                                      14, 15, 8, 9, 10, 11);
    return (four[0] + four[2]) + (four[1] + four[3]);
}

} // namespace quantscope::kernels
