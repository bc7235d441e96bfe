#include "core/kernels/bit_packing.h"
#include "core/kernels/parallel.h"

#include <cstring>
#include <type_traits>

namespace quantscope::kernels {

namespace {

// Eight codes are handled as one number, a byte each with the first code lowest, since they fill
// `bits` whole bytes.
constexpr std::int64_t together = 8;

/// Neighbours move together: pairs, then fours, then all eight.
template <int bits>
[[gnu::always_inline]] inline std::uint64_t narrowed(std::uint64_t codes) {
    constexpr std::uint64_t even = 0x00ff00ff00ff00ff;
    constexpr std::uint64_t evenPairs = 0x0000ffff0000ffff;
    constexpr std::uint64_t firstFour = 0x00000000ffffffff;
    const std::uint64_t pairs = (codes & even) | ((codes >> 8) & even) << bits;
    const std::uint64_t fours = (pairs & evenPairs) | ((pairs >> 16) & evenPairs) << 2 * bits;
    return (fours & firstFour) | (fours >> 32) << 4 * bits;
}

template <int bits>
[[gnu::always_inline]] inline std::uint64_t widened(std::uint64_t dense) {
    constexpr std::uint64_t four = (std::uint64_t(1) << 4 * bits) - 1;
    constexpr std::uint64_t two = ((std::uint64_t(1) << 2 * bits) - 1) * 0x0000000100000001;
    constexpr std::uint64_t one = ((std::uint64_t(1) << bits) - 1) * 0x0001000100010001;
    const std::uint64_t fours = (dense & four) | ((dense >> 4 * bits) & four) << 32;
    const std::uint64_t pairs = (fours & two) | ((fours >> 2 * bits) & two) << 16;
    return (pairs & one) | ((pairs >> bits) & one) << 8;
}

template <int bits>
void packEights(const std::uint8_t* codes, std::uint8_t* packed, std::int64_t first,
                std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
        std::uint64_t eight;
        std::memcpy(&eight, codes + i * together, sizeof eight);
        eight = narrowed<bits>(eight);
        std::memcpy(packed + i * bits, &eight, bits);
    }
}

template <int bits>
void unpackEights(const std::uint8_t* packed, std::uint8_t* codes, std::int64_t first,
                  std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, packed + i * bits, bits);
        eight = widened<bits>(eight);
        std::memcpy(codes + i * together, &eight, sizeof eight);
    }
}

/// Calls visit(std::integral_constant<int, bits>).
template <typename Visit>
void forBits(int bits, const Visit& visit) {
    switch (bits) {
    case 1:
        return visit(std::integral_constant<int, 1>());
    case 2:
        return visit(std::integral_constant<int, 2>());
    case 3:
        return visit(std::integral_constant<int, 3>());
    case 4:
        return visit(std::integral_constant<int, 4>());
    case 5:
        return visit(std::integral_constant<int, 5>());
    case 6:
        return visit(std::integral_constant<int, 6>());
    case 7:
        return visit(std::integral_constant<int, 7>());
    default:
        return visit(std::integral_constant<int, 8>());
    }
}

/// Bytes of the last few codes, fewer than eight.
std::size_t restSize(std::int64_t rest, int bits) {
    return static_cast<std::size_t>((rest * bits + 7) / 8);
}

} // namespace

void packBits(const std::uint8_t* codes, std::int64_t count, int bits, std::uint8_t* packed) {
    const std::int64_t eights = count / together;
    const std::int64_t rest = count % together;
    forBits(bits, [&](auto width) {
        constexpr int own = decltype(width)::value;
        inParallel(eights, count, [&](std::int64_t first, std::int64_t last) {
            packEights<own>(codes, packed, first, last);
        });
        if (rest == 0)
            return;
        std::uint8_t lastCodes[together] = {};
        std::uint8_t lastBytes[together] = {};
        std::memcpy(lastCodes, codes + eights * together, static_cast<std::size_t>(rest));
        packEights<own>(lastCodes, lastBytes, 0, 1);
        std::memcpy(packed + eights * own, lastBytes, restSize(rest, own));
    });
}

void unpackBits(const std::uint8_t* packed, std::int64_t count, int bits, std::uint8_t* codes) {
    const std::int64_t eights = count / together;
    const std::int64_t rest = count % together;
    forBits(bits, [&](auto width) {
        constexpr int own = decltype(width)::value;
        inParallel(eights, count, [&](std::int64_t first, std::int64_t last) {
            unpackEights<own>(packed, codes, first, last);
        });
        if (rest == 0)
            return;
        std::uint8_t lastCodes[together] = {};
        std::uint8_t lastBytes[together] = {};
        std::memcpy(lastBytes, packed + eights * own, restSize(rest, own));
        unpackEights<own>(lastBytes, lastCodes, 0, 1);
        std::memcpy(codes + eights * together, lastCodes, static_cast<std::size_t>(rest));
    });
}

} // namespace quantscope::kernels
