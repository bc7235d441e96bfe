#pragma once

#include "core/dataset/dataset.h"

#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// The records of JSON lines, or of one JSON array of objects. `text` is checked UTF-8;
/// `firstByte` its place in the file.
/// @throws Error (Input) naming file and line or record.
std::vector<Document> readJsonRecords(std::string_view text, std::size_t firstByte,
                                      const TextSource& source);

/// The rows of a table with a header row, quoted as RFC 4180 says.
/// @throws Error (Input) naming file and line.
std::vector<Document> readTable(std::string_view text, std::size_t firstByte, char delimiter,
                                const TextSource& source);

} // namespace quantscope
