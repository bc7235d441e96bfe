#include "core/quant/bit_packing.h"

#include "core/data/error.h"

namespace quantscope {

std::size_t packedSize(std::size_t count, int bits) {
    // Eight codes fill `bits` bytes; no product of count and bits that could overflow.
    const auto width = static_cast<std::size_t>(bits);
    return count / 8 * width + (count % 8 * width + 7) / 8;
}

std::vector<std::byte> packCodes(std::span<const std::uint8_t> codes, int bits) {
    std::vector<std::byte> packed;
    packed.reserve(packedSize(codes.size(), bits));
    std::uint32_t pending = 0;
    int pendingBits = 0;
    for (const std::uint8_t code : codes) {
        pending |= static_cast<std::uint32_t>(code) << pendingBits;
        pendingBits += bits;
        while (pendingBits >= 8) {
            packed.push_back(static_cast<std::byte>(pending & 0xFFU));
            pending >>= 8U;
            pendingBits -= 8;
        }
    }
    if (pendingBits > 0)
        packed.push_back(static_cast<std::byte>(pending & 0xFFU));
    return packed;
}

void unpackCodes(std::span<const std::byte> packed, int bits, std::span<std::uint8_t> out) {
    if (packed.size() != packedSize(out.size(), bits))
        throw Error(ErrorKind::Internal, "Packed codes have another size than their matrix needs.");
    const std::uint32_t mask = (1U << bits) - 1;
    std::uint32_t pending = 0;
    int pendingBits = 0;
    std::size_t next = 0;
    for (std::uint8_t& code : out) {
        if (pendingBits < bits) {
            pending |= std::to_integer<std::uint32_t>(packed[next++]) << pendingBits;
            pendingBits += 8;
        }
        code = static_cast<std::uint8_t>(pending & mask);
        pending >>= static_cast<unsigned>(bits);
        pendingBits -= bits;
    }
}

} // namespace quantscope
