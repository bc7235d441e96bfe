#pragma once

// Columns that are rounded one after the other (core/kernels/column_errors.h), as numbers.

#include "core/kernels/column_errors.h"
#include "tests/core/kernels/random_values.h"

#include <cmath>
#include <vector>

namespace quantscope::testing {

/// What a block is made of, and what comes out.
struct Columns {
    std::int64_t columns = 0;
    std::int64_t outputs = 0;
    int bits = 4;
    std::vector<std::int64_t> group;
    std::vector<float> factor, correction, scales, zeros, weights, errors;
    std::vector<std::uint8_t> codes;

    kernels::ColumnBlock block(bool isCorrected) {
        return {columns,
                outputs,
                group.data(),
                factor.data(),
                isCorrected ? correction.data() : nullptr,
                scales.data(),
                zeros.data(),
                bits,
                weights.data(),
                errors.data(),
                codes.data()};
    }
};

inline Columns makeColumns(std::int64_t columns, std::int64_t outputs, int bits) {
    const auto square = std::size_t(columns * columns);
    const auto count = std::size_t(columns * outputs);
    const float spread = 0.5f / std::sqrt(float(columns)); // so that errors do not grow
    Columns made{columns,
                 outputs,
                 bits,
                 {},
                 randomValues(square, 1, spread),
                 randomValues(square, 2, spread),
                 {},
                 {},
                 randomValues(count, 3),
                 std::vector<float>(count),
                 std::vector<std::uint8_t>(count)};
    constexpr std::int64_t group = 5; // columns
    for (std::int64_t column = 0; column < columns; ++column) {
        made.group.push_back(column / group);
        float& diagonal = made.factor[std::size_t(column * columns + column)];
        diagonal = 1 + std::abs(diagonal);
    }
    const auto grids = std::size_t((columns + group - 1) / group * outputs);
    for (const float value : randomValues(grids, 4)) {
        made.scales.push_back(0.1f + std::abs(value));
        made.zeros.push_back(std::nearbyint(value * 3));
    }
    return made;
}

} // namespace quantscope::testing
