#pragma once

#include <cstring>

namespace quantscope::kernels {

// Vectors of the compiler's own: it cuts them to the width of each processor level.
using Wide = float __attribute__((vector_size(64)));   // 16 floats
using Narrow = float __attribute__((vector_size(32))); // 8 floats

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

} // namespace quantscope::kernels
