#include "core/checkpoint/packed_matrix.h"

#include <cstddef>

namespace quantscope {

namespace {

/// Neighbouring columns of one group.
struct GroupRun {
    std::size_t group = 0;
    std::size_t first = 0;
    std::size_t end = 0;
};

std::vector<GroupRun> findRuns(const std::vector<std::int32_t>& groupIndex) {
    std::vector<GroupRun> runs;
    for (std::size_t column = 0; column < groupIndex.size(); ++column) {
        const auto group = static_cast<std::size_t>(groupIndex[column]);
        if (runs.empty() || runs.back().group != group)
            runs.push_back({group, column, column});
        runs.back().end = column + 1;
    }
    return runs;
}

} // namespace

void dequantize(const PackedMatrix& matrix, std::span<float> out) {
    const std::vector<GroupRun> runs = findRuns(matrix.groupIndex);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const float* scales = matrix.scales.data() + row * matrix.groups;
        const float* zeros = matrix.zeros.data() + row * matrix.groups;
        const std::uint8_t* codes = matrix.codes.data() + row * matrix.columns;
        float* weights = out.data() + row * matrix.columns;
        for (const GroupRun& run : runs) {
            const float scale = scales[run.group];
            const float zero = zeros[run.group];
            for (std::size_t column = run.first; column < run.end; ++column)
                weights[column] = scale * (static_cast<float>(codes[column]) - zero);
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
