#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace quantscope {

/// Bytes of `count` codes of `bits` bits.
std::size_t packedSize(std::size_t count, int bits);

/// Codes as one dense stream of bits: code i takes bits [i · bits, (i + 1) · bits), the lowest bit
/// of the first byte first. What is left of the last byte is 0.
/// @param codes  each below 2^bits
/// @param bits   1 … 8
std::vector<std::byte> packCodes(std::span<const std::uint8_t> codes, int bits);

/// @throws Error (Internal) when `packed` has not the size of out.size() codes.
void unpackCodes(std::span<const std::byte> packed, int bits, std::span<std::uint8_t> out);

} // namespace quantscope
