#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quantscope {

/// The alphabet of byte-level vocabularies: every byte is written as one printable character
/// (GPT-2: printable Latin-1 as itself, the other 68 bytes from U+0100 on).
char32_t byteLevelCharacter(unsigned char byte);
std::optional<unsigned char> byteOfCharacter(char32_t character);

std::string toByteLevel(std::string_view text);

/// The bytes of a byte-level token, absent when it has another character.
std::optional<std::string> fromByteLevel(std::string_view token);

/// The byte of a fallback token such as "<0x0A>".
std::optional<unsigned char> fallbackByte(std::string_view token);
std::string fallbackToken(unsigned char byte);

} // namespace quantscope
