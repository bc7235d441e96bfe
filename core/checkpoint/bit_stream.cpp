#include "core/checkpoint/bit_stream.h"

#include <cstddef>

namespace quantscope {

namespace {

/// Whole values in each word. The width is a constant, so that the loop over a word is unrolled.
template <unsigned bits>
void unpackWords(std::span<const std::uint32_t> words, std::span<std::uint8_t> out) {
    constexpr std::size_t perWord = 32 / bits;
    constexpr std::uint32_t mask = (1u << bits) - 1;
    const std::size_t whole = out.size() / perWord;
    for (std::size_t word = 0; word < whole; ++word)
        for (std::size_t i = 0; i < perWord; ++i)
            out[word * perWord + i] = static_cast<std::uint8_t>((words[word] >> (i * bits)) & mask);
    for (std::size_t i = whole * perWord; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>((words[whole] >> (i % perWord * bits)) & mask);
}

template <unsigned bits>
void unpackDense(std::span<const std::uint32_t> words, std::span<std::uint8_t> out) {
    constexpr std::uint64_t mask = (1u << bits) - 1;
    std::uint64_t waiting = 0; // bits that have been taken from words and not yet given out
    unsigned count = 0;
    std::size_t word = 0;
    for (std::uint8_t& value : out) {
        if (count < bits) {
            waiting |= std::uint64_t{words[word++]} << count;
            count += 32;
        }
        value = static_cast<std::uint8_t>(waiting & mask);
        waiting >>= bits;
        count -= bits;
    }
}

template <unsigned bits>
void unpack(std::span<const std::uint32_t> words, BitLayout layout, std::span<std::uint8_t> out) {
    if (layout == BitLayout::PerWord || 32 % bits == 0)
        unpackWords<bits>(words, out);
    else
        unpackDense<bits>(words, out);
}

} // namespace

void unpackBits(std::span<const std::uint32_t> words, int bits, BitLayout layout,
                std::span<std::uint8_t> out) {
    switch (bits) {
    case 1:
        return unpack<1>(words, layout, out);
    case 2:
        return unpack<2>(words, layout, out);
    case 3:
        return unpack<3>(words, layout, out);
    case 4:
        return unpack<4>(words, layout, out);
    case 5:
        return unpack<5>(words, layout, out);
    case 6:
        return unpack<6>(words, layout, out);
    case 7:
        return unpack<7>(words, layout, out);
    default:
        return unpack<8>(words, layout, out);
    }
}

void unpackLines(std::span<const std::uint32_t> words, int bits, BitLayout layout,
                 std::int64_t lines, std::span<std::uint8_t> out) {
    if (lines == 0)
        return;
    const std::size_t lineWords = words.size() / static_cast<std::size_t>(lines);
    const std::size_t lineValues = out.size() / static_cast<std::size_t>(lines);
    for (std::size_t line = 0; line < static_cast<std::size_t>(lines); ++line)
        unpackBits(words.subspan(line * lineWords, lineWords), bits, layout,
                   out.subspan(line * lineValues, lineValues));
}

} // namespace quantscope
