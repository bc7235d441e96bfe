#pragma once

// What the block formats of GGUF have in common. For gguf_blocks.cpp and gguf_super_blocks.cpp.

#include "core/checkpoint/number_conversion.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace quantscope {

/// The sixteen levels of IQ4_NL and IQ4_XS: denser around zero, where most weights are.
inline constexpr std::array<float, 16> nonLinearLevels = {-127, -104, -83, -65, -49, -35, -22, -10,
                                                          1,    13,   25,  38,  53,  69,  89,  113};

inline unsigned byteAt(const std::byte* bytes, std::size_t index) {
    return std::to_integer<unsigned>(bytes[index]);
}

inline float toFloat(unsigned code) { return static_cast<float>(static_cast<int>(code)); }

/// Blocks have odd places, so values are copied out of them.
inline float f16At(const std::byte* bytes) {
    std::uint16_t half = 0;
    float value = 0;
    std::memcpy(&half, bytes, sizeof(half));
    convertF16(std::span(&half, 1), std::span(&value, 1));
    return value;
}

/// 16-bit numbers to f32 by a conversion that wants them aligned.
template <typename Convert>
void convertInPieces(const std::byte* bytes, std::size_t count, float* out, Convert convert) {
    std::array<std::uint16_t, 1024> piece{};
    for (std::size_t done = 0; done < count; done += piece.size()) {
        const std::size_t size = std::min(piece.size(), count - done);
        std::memcpy(piece.data(), bytes + 2 * done, 2 * size);
        convert(std::span<const std::uint16_t>(piece).first(size), std::span(out + done, size));
    }
}

} // namespace quantscope
