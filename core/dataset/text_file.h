#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quantscope {

/// Largest text that is read at once, after decompression.
inline constexpr std::uint64_t largestTextFile = 4ull << 30;

/// The content of a text file, decompressed where its first bytes say gzip or Zstandard.
/// @throws Error (Input) for a missing, damaged or too large file, and for Parquet.
std::string readTextFile(const std::string& path, std::uint64_t largest = largestTextFile);

/// The same, checked. @throws Error (Input) with the byte offset of what is no UTF-8.
std::string readUtf8File(const std::string& path);

/// Bytes of the byte order mark that a text begins with, or 0.
std::size_t byteOrderMarkLength(std::string_view text);

} // namespace quantscope
