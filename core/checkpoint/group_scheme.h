#pragma once

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/packed_matrix.h"
#include "core/checkpoint/tensor_place.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// How the rows of a matrix are cut into groups that share a scale and a zero.
struct GroupScheme {
    int bits = 0;
    std::int64_t groupSize = -1; ///< input columns; −1: a whole row

    std::int64_t sizeFor(std::int64_t columns) const { return groupSize < 0 ? columns : groupSize; }
    std::int64_t groups(std::int64_t columns) const {
        return (columns + sizeFor(columns) - 1) / sizeFor(columns);
    }
};

/// "GPTQ 4 bit, group 128, act order", "AWQ 4 bit, per row".
std::string describe(std::string_view format, const GroupScheme& scheme, bool actOrder);

/// −1 (a whole row) or a number of columns. @throws Error (Input) naming the key.
std::int64_t readGroupSize(ConfigReader& reader, const std::string& key, std::int64_t absent);

/// A matrix of a scheme with its arrays in their sizes and `groupIndex` set.
PackedMatrix emptyMatrix(const GroupScheme& scheme, std::int64_t rows,
                         const std::vector<std::int32_t>& groupIndex);

/// Checks that every column names a group. @throws Error (Input) naming tensor and place.
void requireGroups(const TensorPlace& place, std::span<const std::int32_t> groupIndex,
                   std::int64_t groups);

/// Refuses every key that nobody took, unless it is named in `harmless` or its value is false.
/// @throws Error (Input) naming the key.
void refuseUntaken(const ConfigReader& reader, const nlohmann::json& object,
                   std::span<const char* const> harmless);

} // namespace quantscope
