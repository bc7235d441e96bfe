#pragma once

#include <cstddef>
#include <cstdint>

namespace quantscope {

/// A stream of values of a few bits to be filled, the counterpart of a dense BitStream: lowest bit
/// first, a value may begin in one word and end in the next. Words begin as 0.
struct DenseBits {
    std::uint32_t* words = nullptr;
    std::size_t stride = 1; ///< words of one stream are that far apart
    unsigned bits = 0;      ///< 1 to 8

    void put(std::uint64_t index, std::uint32_t value) const {
        const std::uint64_t bit = index * bits;
        const std::size_t word = static_cast<std::size_t>(bit / 32) * stride;
        const auto shift = static_cast<unsigned>(bit % 32);
        words[word] |= value << shift;
        if (shift + bits > 32)
            words[word + stride] |= value >> (32 - shift);
    }
};

} // namespace quantscope
