#include "core/checkpoint/packed_matrix.h"

#include <cstddef>

namespace quantscope {

void dequantize(const PackedMatrix& matrix, std::span<float> out) {
    const auto columns = static_cast<std::size_t>(matrix.columns);
    const std::int32_t* groupIndex = matrix.groupIndex.data();
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const float* scales = matrix.scales.data() + row * matrix.groups;
        const float* zeros = matrix.zeros.data() + row * matrix.groups;
        const std::uint8_t* codes = matrix.codes.data() + row * matrix.columns;
        float* weights = out.data() + row * matrix.columns;
        for (std::size_t column = 0; column < columns; ++column) {
            const std::int32_t group = groupIndex[column];
            weights[column] = scales[group] * (static_cast<float>(codes[column]) - zeros[group]);
        }
    }
}

std::vector<std::int32_t> consecutiveGroups(std::int64_t columns, std::int64_t groupSize) {
    std::vector<std::int32_t> groups(static_cast<std::size_t>(columns));
    for (std::int64_t column = 0; column < columns; ++column)
        groups[static_cast<std::size_t>(column)] = static_cast<std::int32_t>(column / groupSize);
    return groups;
}

} // namespace quantscope
