#include "core/tokenizer/byte_level.h"

#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <array>

namespace quantscope {

namespace {

constexpr char32_t firstSubstitute = 0x100;
constexpr std::size_t substitutes = 68;

constexpr bool isPrintableLatin1(unsigned byte) {
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct Table {
    std::array<char32_t, 256> character{};
    std::array<int, firstSubstitute + substitutes> byte{};
};

constexpr Table makeTable() {
    Table table;
    table.byte.fill(-1);
    char32_t next = firstSubstitute;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const char32_t character = isPrintableLatin1(byte) ? byte : next++;
        table.character[byte] = character;
        table.byte[character] = static_cast<int>(byte);
    }
    return table;
}

constexpr Table table = makeTable();

} // namespace

char32_t byteLevelCharacter(unsigned char byte) { return table.character[byte]; }

std::optional<unsigned char> byteOfCharacter(char32_t character) {
    if (character >= table.byte.size() || table.byte[character] < 0) {
        return std::nullopt;
    }
    return static_cast<unsigned char>(table.byte[character]);
}

std::string toByteLevel(std::string_view text) {
    std::string result;
    result.reserve(text.size() + text.size() / 2);
    for (const char c : text) {
        const char32_t character = byteLevelCharacter(static_cast<unsigned char>(c));
        if (character < 0x80) {
            result += static_cast<char>(character);
        } else { // below U+0800: two bytes
            result += static_cast<char>(0xC0 | (character >> 6));
            result += static_cast<char>(0x80 | (character & 0x3F));
        }
    }
    return result;
}

std::optional<std::string> fromByteLevel(std::string_view token) {
    std::string bytes;
    bytes.reserve(token.size());
    for (std::size_t position = 0; position < token.size();) {
        const auto byte = byteOfCharacter(nextCodePoint(token, position));
        if (!byte) {
            return std::nullopt;
        }
        bytes += static_cast<char>(*byte);
    }
    return bytes;
}

std::optional<unsigned char> fallbackByte(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || !token.ends_with('>')) {
        return std::nullopt;
    }
    unsigned value = 0;
    for (const char c : token.substr(3, 2)) {
        const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                                                      : 16u;
        if (digit > 15) {
            return std::nullopt;
        }
        value = value * 16 + digit;
    }
    return static_cast<unsigned char>(value);
}

std::string fallbackToken(unsigned char byte) { return fmt::format("<0x{:02X}>", byte); }

} // namespace quantscope
