#pragma once

#include <cstddef>
#include <cstdint>

namespace quantscope {

/// How values of a few bits lie in 32-bit words, from the lowest bit on.
enum class BitLayout {
    Dense,   ///< a value may begin in one word and end in the next
    PerWord, ///< as many as fit into a word; the bits left over at its top are not used
};

/// A stream of such values. Several may lie beside each other: the words of one are `stride` apart.
struct BitStream {
    const std::uint32_t* words = nullptr;
    std::size_t stride = 1;
    unsigned bits = 0; ///< 1 to 8
    BitLayout layout = BitLayout::Dense;

    std::uint8_t operator[](std::uint64_t index) const {
        const unsigned perWord = 32 / bits;
        const bool dense = layout == BitLayout::Dense;
        const std::uint64_t bit = index * bits;
        const auto word = static_cast<std::size_t>(dense ? bit / 32 : index / perWord) * stride;
        const auto shift = static_cast<unsigned>(dense ? bit % 32 : index % perWord * bits);
        std::uint32_t value = words[word] >> shift;
        if (shift + bits > 32)
            value |= words[word + stride] << (32 - shift);
        return static_cast<std::uint8_t>(value & ((1u << bits) - 1u));
    }
};

/// Words that hold so many values.
constexpr std::int64_t bitStreamWords(std::int64_t values, std::int64_t bits,
                                      BitLayout layout = BitLayout::Dense) {
    const std::int64_t perWord = 32 / bits;
    return layout == BitLayout::Dense ? (values * bits + 31) / 32
                                      : (values + perWord - 1) / perWord;
}

} // namespace quantscope
