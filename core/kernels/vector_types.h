#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace quantscope::kernels {

// Vectors of the compiler's own. Loops are templates of one of them and compiled for each level of
// processors with what its registers hold (levels.h): wider ones would live in memory, and be
// compared one number after the other.
using Vector16 = float __attribute__((vector_size(64)));
using Vector8 = float __attribute__((vector_size(32)));
using Vector4 = float __attribute__((vector_size(16)));

template <typename Vector>
constexpr std::int64_t lanesOf = sizeof(Vector) / sizeof(float);

/// A vector of whole numbers with as many lanes.
template <typename Vector>
struct WholeNumbers {
    using Type __attribute__((vector_size(sizeof(Vector)))) = std::int32_t;
};
template <typename Vector>
using WholeOf = typename WholeNumbers<Vector>::Type;

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
template <typename Vector>
[[gnu::always_inline]] inline Vector loadPart(const float* from, std::int64_t count, float rest) {
    Vector v = Vector{} + rest;
    std::memcpy(&v, from, static_cast<std::size_t>(count) * sizeof(float));
    return v;
}

template <typename Vector>
[[gnu::always_inline]] inline void storePart(float* to, const Vector& v, std::int64_t count) {
    std::memcpy(to, &v, static_cast<std::size_t>(count) * sizeof(float));
}

template <typename Vector, int Distance, int... Lanes>
[[gnu::always_inline]] inline Vector swapped(const Vector& v,
                                             std::integer_sequence<int, Lanes...>) {
    return __builtin_shufflevector(v, v, (Lanes ^ Distance)...);
}

/// Each lane's value from the lane whose number differs by the bit `Distance`.
template <int Distance, typename Vector>
[[gnu::always_inline]] inline Vector swapped(const Vector& v) {
    return swapped<Vector, Distance>(v, std::make_integer_sequence<int, int(lanesOf<Vector>)>());
}

/// One value of all lanes, with one order of steps for every width.
template <typename Vector, typename Combine>
[[gnu::always_inline]] inline float reduced(Vector v, Combine combine) {
    if constexpr (lanesOf<Vector> >= 16)
        v = combine(v, swapped<8>(v));
    if constexpr (lanesOf<Vector> >= 8)
        v = combine(v, swapped<4>(v));
    return combine(combine(v[0], v[2]), combine(v[1], v[3]));
}

/// The sum of a vector's values.
template <typename Vector>
[[gnu::always_inline]] inline float total(const Vector& v) {
    return reduced(v, [](const auto& a, const auto& b) { return a + b; });
}

} // namespace quantscope::kernels
