#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quantscope {

/// The bytes of a base64 text with its padding; nothing for what is none.
std::optional<std::string> fromBase64(std::string_view text);

} // namespace quantscope
