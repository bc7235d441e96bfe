#pragma once

#include <cstdint>

namespace quantscope::kernels {

// Codes as one dense stream of bits: code i takes bits [i · bits, (i + 1) · bits), the lowest bit
// of the first byte first. What is left of the last byte is 0. By as many threads as OpenMP gives
// the calling one.

/// @param codes   [count], each below 2^bits
/// @param bits    1 … 8
/// @param packed  [⌈count · bits / 8⌉]
void packBits(const std::uint8_t* codes, std::int64_t count, int bits, std::uint8_t* packed);

void unpackBits(const std::uint8_t* packed, std::int64_t count, int bits, std::uint8_t* codes);

} // namespace quantscope::kernels
