#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace quantscope {

/// Reads a JSON object from a file, with bounds on its size and nesting and with keys that occur
/// twice refused. @throws Error (Input) naming the file and the byte where it stops being JSON.
nlohmann::json readJsonObject(const std::filesystem::path& path, std::uint64_t largestSize);

/// The same from a text; `place` is how messages name it.
nlohmann::json parseJsonObject(const std::string& text, const std::string& place);

} // namespace quantscope
