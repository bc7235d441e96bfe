#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quantscope {

/// A chunk as it lies in a file whose filters are shuffle, deflate and Fletcher's checksum.
struct FilteredChunk {
    std::vector<std::uint8_t> bytes;
    std::uint32_t skipped = 0; ///< bit i: the i-th of these filters was left out
};

/// What HDF5 would do to the chunk when it writes it, outside of the library, which does one chunk
/// at a time: made for many threads.
/// @param elementBytes  of which the chunk has a whole number
FilteredChunk filterChunk(const std::uint8_t* chunk, std::size_t bytes, std::size_t elementBytes);

/// Fletcher's checksum (1982) of 16-bit words, the first byte the higher one, as HDF5 has it.
std::uint32_t fletcher32(const std::uint8_t* data, std::size_t bytes);

} // namespace quantscope
