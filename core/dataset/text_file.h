#pragma once

#include <string>

namespace quantscope {

/// The bytes of a text file, decompressed where its first bytes say gzip or zstd.
/// @throws Error (Input) for a file that is missing, damaged, or larger than 4 GiB of text.
std::string readTextFile(const std::string& path);

/// @throws Error (Input) naming file and byte offset when the bytes are not UTF-8.
void requireUtf8(const std::string& text, const std::string& path);

} // namespace quantscope
