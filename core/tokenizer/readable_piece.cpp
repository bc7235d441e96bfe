#include "core/tokenizer/readable_piece.h"

#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

std::string showBytes(std::string_view bytes) {
    std::string text;
    while (const auto bad = findInvalidUtf8(bytes)) {
        text.append(bytes, 0, *bad);
        text += fallbackToken(static_cast<unsigned char>(bytes[*bad]));
        bytes.remove_prefix(*bad + 1);
    }
    text += bytes;
    return text;
}

} // namespace

std::string readablePiece(std::string_view piece, bool isByteLevel) {
    if (isByteLevel) {
        const auto bytes = fromByteLevel(piece);
        return bytes ? showBytes(*bytes) : std::string(piece);
    }
    if (const auto byte = fallbackByte(piece)) {
        return *byte < 0x80 ? std::string(1, static_cast<char>(*byte)) : std::string(piece);
    }
    constexpr std::string_view spaceSymbol = "▁";
    std::string text;
    for (std::size_t position = 0; position < piece.size();) {
        if (piece.substr(position).starts_with(spaceSymbol)) {
            text += ' ';
            position += spaceSymbol.size();
        } else {
            text += piece[position++];
        }
    }
    return text;
}

std::string unusedPiece(std::int32_t id) { return fmt::format("<unused {}>", id); }

} // namespace quantscope
