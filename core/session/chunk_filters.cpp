#include "core/session/chunk_filters.h"

#include <zlib.h>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int deflateLevel = 1;
constexpr std::uint32_t deflateSkipped = 1u << 1;

/// All first bytes of the elements, then all second ones, and so on.
std::vector<std::uint8_t> shuffled(const std::uint8_t* chunk, std::size_t bytes,
                                   std::size_t elementBytes) {
    std::vector<std::uint8_t> out(bytes);
    const std::size_t elements = bytes / elementBytes;
    for (std::size_t byte = 0; byte < elementBytes; ++byte)
        for (std::size_t element = 0; element < elements; ++element)
            out[byte * elements + element] = chunk[element * elementBytes + byte];
    return out;
}

std::uint32_t folded(std::uint32_t sum) { return (sum & 0xffff) + (sum >> 16); }

} // namespace

std::uint32_t fletcher32(const std::uint8_t* data, std::size_t bytes) {
    constexpr std::size_t mostWords = 360; // whose second sum fits into 32 bits
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    for (std::size_t words = bytes / 2; words > 0;) {
        const std::size_t some = std::min(words, mostWords);
        for (std::size_t word = 0; word < some; ++word, data += 2) {
            first += static_cast<std::uint32_t>(data[0] << 8 | data[1]);
            second += first;
        }
        first = folded(first);
        second = folded(second);
        words -= some;
    }
    if (bytes % 2 == 1) {
        first = folded(first + static_cast<std::uint32_t>(*data << 8));
        second = folded(second + first);
    }
    return folded(second) << 16 | folded(first);
}

FilteredChunk filterChunk(const std::uint8_t* chunk, std::size_t bytes, std::size_t elementBytes) {
    FilteredChunk filtered;
    const std::vector<std::uint8_t> plain = shuffled(chunk, bytes, elementBytes);
    filtered.bytes.resize(compressBound(bytes));
    uLongf size = filtered.bytes.size();
    if (compress2(filtered.bytes.data(), &size, plain.data(), plain.size(), deflateLevel) == Z_OK &&
        size < bytes) {
        filtered.bytes.resize(size);
    } else {
        filtered.bytes = plain;
        filtered.skipped = deflateSkipped;
    }
    const std::uint32_t sum = fletcher32(filtered.bytes.data(), filtered.bytes.size());
    for (const int shift : {0, 8, 16, 24})
        filtered.bytes.push_back(static_cast<std::uint8_t>(sum >> shift));
    return filtered;
}

} // namespace quantscope
