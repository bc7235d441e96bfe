#include "core/checkpoint/gguf_block_parts.h"
#include "core/checkpoint/gguf_blocks.h"

namespace quantscope {

namespace {

constexpr std::size_t superBlock = 256;

/// Six-bit scales and offsets of the eight runs of Q4_K and Q5_K, packed into twelve bytes: the
/// first four of each lie whole in bytes 0 to 7, whose upper two bits complete the last four.
struct RunScales {
    std::array<unsigned, 8> scale{};
    std::array<unsigned, 8> offset{};

    explicit RunScales(const std::byte* packed) {
        for (std::size_t j = 0; j < 4; ++j) {
            const unsigned first = byteAt(packed, j);
            const unsigned second = byteAt(packed, j + 4);
            const unsigned third = byteAt(packed, j + 8);
            scale[j] = first & 0x3f;
            offset[j] = second & 0x3f;
            scale[j + 4] = (third & 0xf) | (first >> 6 << 4);
            offset[j + 4] = (third >> 4) | (second >> 6 << 4);
        }
    }
};

/// d s q - d' m for eight runs of 32 with four-bit codes: run 2c in the low halves of the bytes of
/// chunk c, run 2c + 1 in the high ones. `fifthBit` gives what a code has beyond four bits.
template <typename FifthBit>
void dequantizeRuns(const std::byte* scales, const std::byte* codes, float scale, float offsetScale,
                    float* out, FifthBit fifthBit) {
    constexpr std::size_t run = 32;
    const RunScales runs(scales);
    for (std::size_t r = 0; r < 8; ++r) {
        const float step = scale * toFloat(runs.scale[r]);
        const float offset = offsetScale * toFloat(runs.offset[r]);
        const unsigned shift = r % 2 == 0 ? 0 : 4;
        for (std::size_t i = 0; i < run; ++i) {
            const unsigned low = byteAt(codes, r / 2 * run + i) >> shift & 0xf;
            out[r * run + i] = step * toFloat(low | fifthBit(r, i)) - offset;
        }
    }
}

/// Sixteen signed six-bit scales of Q3_K in twelve bytes: four bits each in the first eight, two
/// more each in the last four; stored with 32 added.
std::array<float, 16> thirdTypeScales(const std::byte* packed) {
    std::array<float, 16> scales{};
    for (std::size_t j = 0; j < scales.size(); ++j) {
        const unsigned low = byteAt(packed, j % 8) >> (j < 8 ? 0 : 4) & 0xf;
        const unsigned high = byteAt(packed, 8 + j % 4) >> (2 * (j / 4)) & 3;
        scales[j] = toFloat(low | high << 4) - 32;
    }
    return scales;
}

} // namespace

void dequantizeQ2_K(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 84;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += superBlock) {
        const std::byte* codes = blocks + 16;
        const float scale = f16At(blocks + 80);
        const float offsetScale = f16At(blocks + 82);
        for (std::size_t run = 0; run < 16; ++run) {
            const unsigned packed = byteAt(blocks, run);
            const float step = scale * toFloat(packed & 0xf);
            const float offset = offsetScale * toFloat(packed >> 4);
            // 128 numbers share 32 bytes, a pair of bits each; a run is half of those bytes.
            const std::byte* source = codes + run / 8 * 32 + run % 2 * 16;
            const unsigned shift = static_cast<unsigned>(run % 8 / 2 * 2);
            for (std::size_t i = 0; i < 16; ++i)
                out[run * 16 + i] = step * toFloat(byteAt(source, i) >> shift & 3) - offset;
        }
    }
}

void dequantizeQ3_K(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 110;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += superBlock) {
        const std::byte* masks = blocks;
        const std::byte* codes = blocks + 32;
        const std::array<float, 16> scales = thirdTypeScales(blocks + 96);
        const float scale = f16At(blocks + 108);
        for (std::size_t run = 0; run < 16; ++run) {
            const float step = scale * scales[run];
            const std::size_t half = run % 2 * 16;
            const std::byte* source = codes + run / 8 * 32 + half;
            const unsigned shift = static_cast<unsigned>(run % 8 / 2 * 2);
            const unsigned bit = static_cast<unsigned>(run / 2);
            for (std::size_t i = 0; i < 16; ++i) {
                const unsigned low = byteAt(source, i) >> shift & 3;
                const unsigned high = byteAt(masks, half + i) >> bit & 1;
                out[run * 16 + i] = step * (toFloat(low | high << 2) - 4);
            }
        }
    }
}

void dequantizeQ4_K(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 144;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += superBlock)
        dequantizeRuns(blocks + 4, blocks + 16, f16At(blocks), f16At(blocks + 2), out,
                       [](std::size_t, std::size_t) { return 0u; });
}

void dequantizeQ5_K(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 176;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += superBlock) {
        const std::byte* masks = blocks + 16;
        dequantizeRuns(blocks + 4, blocks + 48, f16At(blocks), f16At(blocks + 2), out,
                       [masks](std::size_t run, std::size_t i) {
                           return (byteAt(masks, i) >> run & 1u) << 4;
                       });
    }
}

void dequantizeQ6_K(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 210;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += superBlock) {
        const float scale = f16At(blocks + 208);
        for (std::size_t run = 0; run < 16; ++run) {
            const auto small = static_cast<std::int8_t>(blocks[192 + run]);
            const float step = scale * static_cast<float>(small);
            // Of 128 numbers, four lower bits lie in 64 bytes and two upper bits in 32.
            const std::size_t first = run % 8 * 16;
            const std::byte* lower = blocks + run / 8 * 64 + first % 64;
            const std::byte* upper = blocks + 128 + run / 8 * 32 + first % 32;
            const unsigned lowerShift = first < 64 ? 0 : 4;
            const unsigned upperShift = static_cast<unsigned>(first / 32 * 2);
            for (std::size_t i = 0; i < 16; ++i) {
                const unsigned low = byteAt(lower, i) >> lowerShift & 0xf;
                const unsigned high = byteAt(upper, i) >> upperShift & 3;
                out[run * 16 + i] = step * (toFloat(low | high << 4) - 32);
            }
        }
    }
}

void dequantizeIQ4_XS(const std::byte* blocks, std::size_t count, float* out) {
    constexpr std::size_t bytes = 136;
    for (std::size_t b = 0; b < count; ++b, blocks += bytes, out += superBlock) {
        const float scale = f16At(blocks);
        const unsigned upper = byteAt(blocks, 2) | byteAt(blocks, 3) << 8;
        for (std::size_t run = 0; run < 8; ++run) {
            const unsigned low = byteAt(blocks, 4 + run / 2) >> (run % 2 * 4) & 0xf;
            const unsigned high = upper >> (2 * run) & 3;
            const float step = scale * (toFloat(low | high << 4) - 32);
            const std::byte* codes = blocks + 8 + run * 16;
            float* target = out + run * 32;
            for (std::size_t i = 0; i < 16; ++i) {
                target[i] = step * nonLinearLevels[byteAt(codes, i) & 0xf];
                target[i + 16] = step * nonLinearLevels[byteAt(codes, i) >> 4];
            }
        }
    }
}

} // namespace quantscope
