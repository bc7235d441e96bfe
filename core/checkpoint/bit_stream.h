#pragma once

#include <cstddef>
#include <cstdint>

namespace quantscope {

/// Values of a fixed number of bits, one after another from the lowest bit of the first 32-bit word
/// on; a value may begin in one word and end in the next. Several streams may lie beside each
/// other: the words of one are `stride` apart.
struct BitStream {
    const std::uint32_t* words = nullptr;
    std::size_t stride = 1;
    unsigned bits = 0; ///< 1 to 8

    std::uint8_t operator[](std::uint64_t index) const {
        const std::uint64_t bit = index * bits;
        const std::size_t word = static_cast<std::size_t>(bit / 32) * stride;
        const auto shift = static_cast<unsigned>(bit % 32);
        std::uint32_t value = words[word] >> shift;
        if (shift + bits > 32)
            value |= words[word + stride] << (32 - shift);
        return static_cast<std::uint8_t>(value & ((1u << bits) - 1u));
    }
};

/// Words that hold so many values.
constexpr std::int64_t bitStreamWords(std::int64_t values, std::int64_t bits) {
    return (values * bits + 31) / 32;
}

} // namespace quantscope
