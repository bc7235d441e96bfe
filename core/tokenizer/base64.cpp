#include "core/tokenizer/base64.h"

#include <cstddef>
#include <cstdint>

namespace quantscope {

namespace {

int base64Value(char c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

} // namespace

std::optional<std::string> fromBase64(std::string_view text) {
    if (text.empty() || text.size() % 4 != 0) {
        return std::nullopt;
    }
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    std::string bytes;
    for (std::size_t k = 0; k < text.size(); k += 4) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            const bool isPadding = k + i >= text.size() - padding;
            const int value = isPadding ? 0 : base64Value(text[k + i]);
            if (value < 0) {
                return std::nullopt;
            }
            bits = bits << 6 | static_cast<std::uint32_t>(value);
        }
        for (int shift = 16; shift >= 0; shift -= 8) {
            bytes += static_cast<char>(bits >> shift);
        }
    }
    bytes.resize(bytes.size() - padding);
    return bytes;
}

} // namespace quantscope
