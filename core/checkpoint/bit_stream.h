#pragma once

#include <cstdint>
#include <span>

namespace quantscope {

/// How values of a few bits lie in 32-bit words, from the lowest bit on.
enum class BitLayout {
    Dense,   ///< a value may begin in one word and end in the next
    PerWord, ///< as many as fit into a word; the bits left over at its top are not used
};

/// Words that hold so many values of so many bits.
constexpr std::int64_t bitStreamWords(std::int64_t values, std::int64_t bits,
                                      BitLayout layout = BitLayout::Dense) {
    const std::int64_t perWord = 32 / bits;
    return layout == BitLayout::Dense ? (values * bits + 31) / 32
                                      : (values + perWord - 1) / perWord;
}

/// As many values of 1 to 8 bits as `out` holds, from the first bit of `words` on. There must be
/// bitStreamWords of them.
void unpackBits(std::span<const std::uint32_t> words, int bits, BitLayout layout,
                std::span<std::uint8_t> out);

/// Several streams of as many words each, one after another, into as many values each.
void unpackLines(std::span<const std::uint32_t> words, int bits, BitLayout layout,
                 std::int64_t lines, std::span<std::uint8_t> out);

} // namespace quantscope
