#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quantscope {

/// out [width, lines] from values [lines, width].
template <typename From, typename To>
void transposeInto(std::span<const From> values, std::int64_t lines, std::span<To> out) {
    const std::int64_t width = lines == 0 ? 0 : static_cast<std::int64_t>(values.size()) / lines;
    // Tiles, so that neither side walks through memory a cache line per value.
    constexpr std::int64_t tile = 32;
    for (std::int64_t firstLine = 0; firstLine < lines; firstLine += tile)
        for (std::int64_t first = 0; first < width; first += tile)
            for (std::int64_t i = first; i < std::min(width, first + tile); ++i)
                for (std::int64_t line = firstLine; line < std::min(lines, firstLine + tile);
                     ++line)
                    out[static_cast<std::size_t>(i * lines + line)] =
                        static_cast<To>(values[static_cast<std::size_t>(line * width + i)]);
}

/// The same of one type, [width, lines].
template <typename T>
std::vector<T> transposed(const std::vector<T>& values, std::int64_t lines) {
    std::vector<T> out(values.size());
    transposeInto<T, T>(values, lines, out);
    return out;
}

} // namespace quantscope
