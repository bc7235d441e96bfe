#include "core/quant/bit_packing.h"

#include "core/data/error.h"
#include "core/kernels/bit_packing.h"

namespace quantscope {

std::size_t packedSize(std::size_t count, int bits) {
    // Eight codes fill `bits` bytes; no product of count and bits that could overflow.
    const auto width = static_cast<std::size_t>(bits);
    return count / 8 * width + (count % 8 * width + 7) / 8;
}

std::vector<std::byte> packCodes(std::span<const std::uint8_t> codes, int bits) {
    std::vector<std::byte> packed(packedSize(codes.size(), bits));
    kernels::packBits(codes.data(), static_cast<std::int64_t>(codes.size()), bits,
                      reinterpret_cast<std::uint8_t*>(packed.data()));
    return packed;
}

void unpackCodes(std::span<const std::byte> packed, int bits, std::span<std::uint8_t> out) {
    if (packed.size() != packedSize(out.size(), bits))
        throw Error(ErrorKind::Internal, "Packed codes have another size than their matrix needs.");
    kernels::unpackBits(reinterpret_cast<const std::uint8_t*>(packed.data()),
                        static_cast<std::int64_t>(out.size()), bits, out.data());
}

} // namespace quantscope
