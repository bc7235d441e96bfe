#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// The bytes of a file. @throws Error (Input) when it cannot be read or is larger than `largest`.
std::string readWholeFile(const std::filesystem::path& path, std::uintmax_t largest);

/// XXH3 of 128 bits over several byte strings, each preceded by its length; 32 hexadecimal digits.
std::string hashContents(const std::vector<std::string_view>& contents);

} // namespace quantscope
