#pragma once

#include <cstdint>
#include <string>

namespace quantscope {

/// Largest text that is read at once, after decompression.
inline constexpr std::uint64_t largestTextFile = 4ull << 30;

/// The content of a text file, decompressed where its first bytes say gzip or Zstandard.
/// @throws Error (Input) for a missing, damaged or too large file, and for Parquet.
std::string readTextFile(const std::string& path, std::uint64_t largest = largestTextFile);

} // namespace quantscope
