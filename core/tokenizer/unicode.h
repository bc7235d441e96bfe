#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// Byte offset of the first byte that is no UTF-8 (surrogates and overlong forms are none either).
std::optional<std::size_t> findInvalidUtf8(std::string_view text);

/// @throws Error (Input) with the byte offset when the text is not UTF-8. `what` names the text.
void requireUtf8(std::string_view text, const std::string& what);

/// Length in bytes of the character at `position` of valid UTF-8.
std::size_t characterLength(std::string_view text, std::size_t position);

/// The code point at `position` of valid UTF-8; `position` moves past it.
char32_t nextCodePoint(std::string_view text, std::size_t& position);

/// The code point that ends at `position`, which moves before it.
char32_t previousCodePoint(std::string_view text, std::size_t& position);

void appendUtf8(std::string& text, char32_t codePoint);

/// The text with every byte sequence that is no UTF-8 replaced by U+FFFD, one a maximal subpart
/// (Unicode 15, section 3.9).
std::string replaceInvalidUtf8(std::string_view bytes);

enum class NormalForm { Nfc, Nfd, Nfkc, Nfkd, NfcOfNewest };
/// Characters younger than Unicode 9 stay as they are, as in the library that tokenizers come from,
/// but for NfcOfNewest.
std::string normalizeUnicode(std::string_view text, NormalForm form);

/// Lower case code point by code point: no context, so a final sigma stays an ordinary one.
std::string lowerCase(std::string_view text);

/// Every code point as it begins a word.
std::string titleCase(std::string_view text);

/// Bytes at which what a reader takes for one character ends (extended grapheme clusters).
std::vector<std::size_t> graphemeEnds(std::string_view text);

bool isWhiteSpace(char32_t codePoint);     ///< property White_Space
bool isNumeric(char32_t codePoint);        ///< categories Nd, Nl, No
bool isMark(char32_t codePoint);           ///< categories Mn, Mc, Me
bool isNonSpacingMark(char32_t codePoint); ///< category Mn, of Unicode 8
bool isOther(char32_t codePoint);          ///< categories Cc, Cf and Co, of Unicode 8
bool isPunctuation(
    char32_t codePoint); ///< categories P* and ASCII symbols such as $ + < = > ^ ` | ~
bool isWordCharacter(char32_t codePoint); ///< Alphabetic, M*, Nd, Pc, Join_Control (UTS 18)

} // namespace quantscope
