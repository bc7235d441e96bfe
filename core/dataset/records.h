#pragma once

#include "core/dataset/dataset.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// Told of each record of JSON lines, or of one JSON array: its value, its place for messages, and
/// the byte of `text` it begins at.
using VisitRecord =
    std::function<void(const nlohmann::json& record, const std::string& place, std::size_t begin)>;

/// Visits the records of JSON lines, or of one JSON array of objects, in order.
/// @param path  of the file, for messages
/// @throws Error (Input) naming file and line or record where something is no JSON object.
void visitJsonRecords(std::string_view text, const std::string& path, const VisitRecord& visit);

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
