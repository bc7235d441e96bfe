#include "core/checkpoint/gguf_blocks.h"

#include "core/checkpoint/gguf_block_parts.h"

#include <cstring>

namespace quantscope {

namespace {

constexpr std::size_t blockSize = 32;
constexpr std::size_t half = blockSize / 2;

// A byte holds two four-bit codes: the low one belongs to the first half of the block, the high
// one to the second.

/// d (q - zero) with four-bit codes after the scale.
template <typename Level>
void dequantizeNibbles(const std::byte* blocks, std::size_t count, float* out, Level level) {
    constexpr std::size_t bytes = 2 + half;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += blockSize) {
        const float scale = f16At(blocks);
        for (std::size_t i = 0; i < half; ++i) {
            const unsigned pair = byteAt(blocks, 2 + i);
            out[i] = scale * level(pair & 0xf);
            out[i + half] = scale * level(pair >> 4);
        }
    }
}

/// Five-bit codes: four bits as above, the fifth in a mask with one bit a number.
struct FiveBits {
    std::uint32_t mask;
    const std::byte* nibbles;

    FiveBits(const std::byte* maskBytes, const std::byte* nibbleBytes) : nibbles(nibbleBytes) {
        std::memcpy(&mask, maskBytes, sizeof(mask));
    }
    float low(std::size_t i) const {
        return toFloat((byteAt(nibbles, i) & 0xf) | ((mask >> i & 1) << 4));
    }
    float high(std::size_t i) const {
        return toFloat((byteAt(nibbles, i) >> 4) | ((mask >> (i + half) & 1) << 4));
    }
};

} // namespace

void dequantizeF32(const std::byte* blocks, std::size_t count, float* out) {
    std::memcpy(out, blocks, count * sizeof(float));
}

void dequantizeF16(const std::byte* blocks, std::size_t count, float* out) {
    convertInPieces(blocks, count, out, convertF16);
}

void dequantizeBf16(const std::byte* blocks, std::size_t count, float* out) {
    convertInPieces(blocks, count, out, convertBf16);
}

void dequantizeQ4_0(const std::byte* blocks, std::size_t count, float* out) {
    dequantizeNibbles(blocks, count, out, [](unsigned code) { return toFloat(code) - 8; });
}

void dequantizeQ4_1(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 4 + half;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += blockSize) {
        const float scale = f16At(blocks);
        const float least = f16At(blocks + 2);
        for (std::size_t i = 0; i < half; ++i) {
            const unsigned pair = byteAt(blocks, 4 + i);
            out[i] = scale * toFloat(pair & 0xf) + least;
            out[i + half] = scale * toFloat(pair >> 4) + least;
        }
    }
}

void dequantizeQ5_0(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 6 + half;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += blockSize) {
        const float scale = f16At(blocks);
        const FiveBits codes(blocks + 2, blocks + 6);
        for (std::size_t i = 0; i < half; ++i) {
            out[i] = scale * (codes.low(i) - 16);
            out[i + half] = scale * (codes.high(i) - 16);
        }
    }
}

void dequantizeQ5_1(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 8 + half;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += blockSize) {
        const float scale = f16At(blocks);
        const float least = f16At(blocks + 2);
        const FiveBits codes(blocks + 4, blocks + 8);
        for (std::size_t i = 0; i < half; ++i) {
            out[i] = scale * codes.low(i) + least;
            out[i + half] = scale * codes.high(i) + least;
        }
    }
}

void dequantizeQ8_0(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 2 + blockSize;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += blockSize) {
        const float scale = f16At(blocks);
        for (std::size_t i = 0; i < blockSize; ++i)
            out[i] = scale * static_cast<float>(static_cast<std::int8_t>(blocks[2 + i]));
    }
}

void dequantizeIQ4_NL(const std::byte* blocks, std::size_t count, float* out) {
    dequantizeNibbles(blocks, count, out, [](unsigned code) { return nonLinearLevels[code]; });
}

} // namespace quantscope
