#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace quantscope {

/// Neighbouring columns of a matrix that belong together.
struct ColumnGroup {
    std::string name;
    std::string role = {}; ///< how views colour it, e.g. "d_large"; empty: neutral
    std::size_t first = 0;
    std::size_t count = 0;

    bool has(std::size_t column) const { return column >= first && column - first < count; }
};

/// The groups of a matrix from left to right, and by what its columns are grouped, e.g. "source".
struct ColumnGroups {
    std::string title;
    std::vector<ColumnGroup> groups;
};

} // namespace quantscope
