#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quantscope {

struct DelimitedRecord {
    std::vector<std::string> cells;
    std::uint64_t byteOffset = 0; ///< of its first cell
    std::uint64_t line = 1;
};

/// CSV (RFC 4180: quotes, doubled quotes, line breaks in quotes) with any delimiter.
/// @throws Error (Input) naming file and line for a quote that is never closed or closed in the
/// middle of a cell.
std::vector<DelimitedRecord> readDelimited(const std::string& text, char delimiter,
                                           const std::string& path);

} // namespace quantscope
