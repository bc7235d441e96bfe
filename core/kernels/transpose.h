#pragma once

#include "core/kernels/vector_types.h"

#include <algorithm>

namespace quantscope::kernels {

/// Columns that are transposed at once: blocks of 8 × 8, two side by side in sixteen lanes, or of
/// 4 × 4.
template <typename Vector>
constexpr int transposedTogether = lanesOf<Vector> >= 8 ? 8 : 4;

template <int Step, typename Vector, int... Lanes>
[[gnu::always_inline]] inline void exchange(Vector& a, Vector& b,
                                            std::integer_sequence<int, Lanes...>) {
    constexpr int lanes = int(lanesOf<Vector>);
    const Vector first = a;
    a = __builtin_shufflevector(first, b, (Lanes & Step ? lanes + Lanes - Step : Lanes)...);
    b = __builtin_shufflevector(first, b, (Lanes & Step ? lanes + Lanes : Lanes + Step)...);
}

/// Exchanges lanes whose number has the bit `Step` with vectors whose number has it.
template <int Step, typename Vector>
[[gnu::always_inline]] inline void exchangeAll(Vector* v) {
    using Lanes = std::make_integer_sequence<int, int(lanesOf<Vector>)>;
    for (int i = 0; i < transposedTogether<Vector>; ++i)
        if (!(i & Step))
            exchange<Step>(v[i], v[i + Step], Lanes());
}

/// Turns rows of each block into columns.
template <typename Vector>
[[gnu::always_inline]] inline void transposeBlocks(Vector (&v)[transposedTogether<Vector>]) {
    exchangeAll<1>(v);
    exchangeAll<2>(v);
    if constexpr (transposedTogether<Vector> == 8)
        exchangeAll<4>(v);
}

/// out[d, row] = scale · rows[row, d] for as many rows as a vector has lanes, zeros for those
/// beyond `count`.
/// @param stride  floats from a row to the next
/// @param out     [width, lanes]
template <typename Vector>
[[gnu::always_inline]] inline void rowsToLanes(const float* rows, std::int64_t stride,
                                               std::int64_t count, std::int64_t width, float scale,
                                               float* out) {
    constexpr std::int64_t lanes = lanesOf<Vector>;
    constexpr int block = transposedTogether<Vector>;
    const auto rowAt = [&]<typename Part>(Part, std::int64_t row, std::int64_t d) {
        return row < count ? load<Part>(rows + row * stride + d) : Part{};
    };
    std::int64_t d = 0;
    for (; d + block <= width; d += block) {
        Vector v[block];
        for (int r = 0; r < block; ++r) {
            if constexpr (lanes == 16)
                v[r] =
                    __builtin_shufflevector(rowAt(Vector8{}, r, d), rowAt(Vector8{}, r + 8, d), 0,
                                            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            else
                v[r] = rowAt(Vector{}, r, d);
        }
        transposeBlocks(v);
        for (int i = 0; i < block; ++i)
            store(out + (d + i) * lanes, v[i] * scale);
    }
    for (; d < width; ++d)
        for (std::int64_t r = 0; r < lanes; ++r)
            out[d * lanes + r] = r < count ? rows[r * stride + d] * scale : 0.0f;
}

/// The way back: rows[row, d] = lanes[d, row] for `count` rows, at most as many as lanes.
template <typename Vector>
[[gnu::always_inline]] inline void lanesToRows(const float* from, std::int64_t width,
                                               std::int64_t count, std::int64_t stride,
                                               float* rows) {
    constexpr std::int64_t lanes = lanesOf<Vector>;
    constexpr int block = transposedTogether<Vector>;
    std::int64_t d = 0;
    for (; d + block <= width; d += block) {
        Vector v[block];
        for (int i = 0; i < block; ++i)
            v[i] = load<Vector>(from + (d + i) * lanes);
        transposeBlocks(v);
        for (int r = 0; r < block; ++r) {
            if (r >= count)
                break;
            float* row = rows + r * stride + d;
            if constexpr (lanes == 16) {
                store(row, __builtin_shufflevector(v[r], v[r], 0, 1, 2, 3, 4, 5, 6, 7));
                if (r + 8 < count)
                    store(row + 8 * stride,
                          __builtin_shufflevector(v[r], v[r], 8, 9, 10, 11, 12, 13, 14, 15));
            } else {
                store(row, v[r]);
            }
        }
    }
    for (; d < width; ++d)
        for (std::int64_t r = 0; r < count; ++r)
            rows[r * stride + d] = from[d * lanes + r];
}

} // namespace quantscope::kernels
