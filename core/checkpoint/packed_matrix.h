#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quantscope {

/// Rows of a matrix of uniform codes: weight = scale · (code − zero), where each group of input
/// columns of a row has its scale and zero.
struct PackedMatrix {
    int bits = 0;
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t groups = 0;
    std::int64_t groupSize = 0;           ///< columns of a group, the last may have fewer
    std::vector<std::uint8_t> codes;      ///< [rows, columns], each below 2^bits
    std::vector<float> scales;            ///< [rows, groups]
    std::vector<float> zeros;             ///< [rows, groups], in codes
    std::vector<std::int32_t> groupIndex; ///< [columns]: the group of each column
};

/// The weights, out [rows, columns]. f32 arithmetic, code − zero first. Exact where scales have at
/// most 16 bits, as then both the difference and the product fit into f32.
void dequantize(const PackedMatrix& matrix, std::span<float> out);

/// The group of each column where columns follow one another: column / groupSize.
std::vector<std::int32_t> consecutiveGroups(std::int64_t columns, std::int64_t groupSize);

} // namespace quantscope
