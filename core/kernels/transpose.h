#pragma once

#include "core/kernels/vector_types.h"

#include <algorithm>

namespace quantscope::kernels {

/// Eight vectors, seen as two blocks of 8 × 8 side by side: turns rows of each into columns.
[[gnu::always_inline]] inline void transposeEights(Wide (&v)[8]) {
    for (int i = 0; i < 8; i += 2) {
        const Wide a = v[i], b = v[i + 1];
        v[i] = __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14,
                                       30);
        v[i + 1] = __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29,
                                           15, 31);
    }
    for (const int i : {0, 1, 4, 5}) {
        const Wide a = v[i], b = v[i + 2];
        v[i] =
            __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
        v[i + 2] = __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15,
                                           30, 31);
    }
    for (int i = 0; i < 4; ++i) {
        const Wide a = v[i], b = v[i + 4];
        v[i] =
            __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
        v[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29,
                                           30, 31);
    }
}

/// out[d, row] = scale · rows[row, d] for sixteen rows, zeros for those beyond `count`.
/// @param stride  floats from a row to the next
/// @param out     [width, 16]
[[gnu::always_inline]] inline void rowsToLanes(const float* rows, std::int64_t stride,
                                               std::int64_t count, std::int64_t width, float scale,
                                               float* out) {
    const auto part = [&](std::int64_t row, std::int64_t d) {
        return row < count ? load<Narrow>(rows + row * stride + d) : Narrow{};
    };
    std::int64_t d = 0;
    for (; d + 8 <= width; d += 8) {
        Wide v[8];
        for (int r = 0; r < 8; ++r)
            v[r] = __builtin_shufflevector(part(r, d), part(r + 8, d), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
                                           10, 11, 12, 13, 14, 15);
        transposeEights(v);
        for (int i = 0; i < 8; ++i)
            store(out + (d + i) * wideCount, v[i] * scale);
    }
    for (; d < width; ++d)
        for (std::int64_t r = 0; r < wideCount; ++r)
            out[d * wideCount + r] = r < count ? rows[r * stride + d] * scale : 0.0f;
}

/// The way back: rows[row, d] = lanes[d, row] for `count` rows of at most sixteen.
[[gnu::always_inline]] inline void lanesToRows(const float* lanes, std::int64_t width,
                                               std::int64_t count, std::int64_t stride,
                                               float* rows) {
    std::int64_t d = 0;
    for (; d + 8 <= width; d += 8) {
        Wide v[8];
        for (int i = 0; i < 8; ++i)
            v[i] = load<Wide>(lanes + (d + i) * wideCount);
        transposeEights(v);
        for (int r = 0; r < 8; ++r) {
            if (r < count)
                store(rows + r * stride + d,
                      __builtin_shufflevector(v[r], v[r], 0, 1, 2, 3, 4, 5, 6, 7));
            if (r + 8 < count)
                store(rows + (r + 8) * stride + d,
                      __builtin_shufflevector(v[r], v[r], 8, 9, 10, 11, 12, 13, 14, 15));
        }
    }
    for (; d < width; ++d)
        for (std::int64_t r = 0; r < count; ++r)
            rows[r * stride + d] = lanes[d * wideCount + r];
}

} // namespace quantscope::kernels
