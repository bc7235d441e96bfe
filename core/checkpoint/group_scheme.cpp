#include "core/checkpoint/group_scheme.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

constexpr std::int64_t largestGroup = std::int64_t{1} << 24;

} // namespace

std::string describe(std::string_view format, const GroupScheme& scheme, bool actOrder) {
    return fmt::format("{} {} bit, {}{}", format, scheme.bits,
                       scheme.groupSize < 0 ? "per row" : fmt::format("group {}", scheme.groupSize),
                       actOrder ? ", act order" : "");
}

std::int64_t readGroupSize(ConfigReader& reader, const std::string& key, std::int64_t absent) {
    const std::int64_t size = reader.integer(key, -1, largestGroup).value_or(absent);
    if (size == 0)
        reader.refuse(key, "-1 (a whole row) or a number of columns");
    return size;
}

PackedMatrix emptyMatrix(const GroupScheme& scheme, std::int64_t rows,
                         const std::vector<std::int32_t>& groupIndex) {
    PackedMatrix matrix;
    matrix.bits = scheme.bits;
    matrix.rows = rows;
    matrix.columns = static_cast<std::int64_t>(groupIndex.size());
    matrix.groups = scheme.groups(matrix.columns);
    matrix.groupSize = scheme.sizeFor(matrix.columns);
    matrix.codes.resize(static_cast<std::size_t>(rows * matrix.columns));
    matrix.scales.resize(static_cast<std::size_t>(rows * matrix.groups));
    matrix.zeros.resize(static_cast<std::size_t>(rows * matrix.groups));
    matrix.groupIndex = groupIndex;
    return matrix;
}

void requireGroups(const TensorPlace& place, std::span<const std::int32_t> groupIndex,
                   std::int64_t groups) {
    const auto bad = std::find_if(groupIndex.begin(), groupIndex.end(),
                                  [&](std::int32_t group) { return group < 0 || group >= groups; });
    if (bad != groupIndex.end())
        place.refuse(fmt::format("puts column {} into group {}; expected 0 to {}",
                                 bad - groupIndex.begin(), *bad, groups - 1));
}

void refuseUntaken(const ConfigReader& reader, const nlohmann::json& object,
                   std::span<const char* const> harmless) {
    for (const std::string& key : reader.untaken())
        if (std::find(harmless.begin(), harmless.end(), key) == harmless.end() &&
            object.at(key) != false)
            reader.refuse(key, "no such key: it is not understood and may change how the codes "
                               "are read");
}

} // namespace quantscope
