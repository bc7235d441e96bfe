#include "core/session/session_writer.h"

namespace quantscope {

namespace {

/// Length of the well-formed UTF-8 sequence at `position`, 0 where there is none (Unicode,
/// table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t sequenceLength(const std::string& text, std::size_t position) {
    const auto byte = [&](std::size_t index) -> unsigned {
        return index < text.size() ? static_cast<unsigned char>(text[index]) : 0u;
    };
    const auto continues = [&](std::size_t index) { return (byte(index) & 0xC0u) == 0x80u; };
    const unsigned first = byte(position);
    const unsigned second = byte(position + 1);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return continues(position + 1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return second >= low && second <= high && continues(position + 2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return second >= low && second <= high && continues(position + 2) && continues(position + 3)
                   ? 4
                   : 0;
    }
    return 0;
}

} // namespace

std::string storableText(const std::string& text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t length = sequenceLength(text, position);
        if (length == 0) {
            result += "\uFFFD";
            ++position;
        } else if (text[position] == '\0') {
            result += "\u2400";
            ++position;
        } else {
            result.append(text, position, length);
            position += length;
        }
    }
    return result;
}

} // namespace quantscope
