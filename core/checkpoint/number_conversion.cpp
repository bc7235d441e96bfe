#include "core/checkpoint/number_conversion.h"

#include <bit>

// A build for any x86-64 chooses the wider loops at run time. An attribute needs a macro.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__)
#define QUANTSCOPE_WIDE __attribute__((target_clones("default", "avx2")))
#else
#define QUANTSCOPE_WIDE
#endif

namespace quantscope {

namespace {

constexpr std::uint32_t exponentMask = 0x7f800000;

/// 1 where the exponent of an f32 is all ones. Arithmetic, not a branch, so that loops vectorise.
inline std::uint32_t isNonFinite(std::uint32_t bits) {
    return (bits & exponentMask) == exponentMask ? 1u : 0u;
}

} // namespace

QUANTSCOPE_WIDE
bool convertBf16(std::span<const std::uint16_t> in, std::span<float> out) {
    const std::size_t count = in.size();
    const std::uint16_t* source = in.data();
    float* target = out.data();
    std::uint32_t bad = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t bits = static_cast<std::uint32_t>(source[i]) << 16;
        target[i] = std::bit_cast<float>(bits);
        bad |= isNonFinite(bits);
    }
    return bad != 0;
}

QUANTSCOPE_WIDE
bool convertF16(std::span<const std::uint16_t> in, std::span<float> out) {
    constexpr std::uint32_t rebias = (127u - 15u) << 23;
    // 2^-14, the smallest normal f16. A subnormal f16 is its fraction added to this and this taken
    // away again: exact, and free of f32 subnormals, which a flush-to-zero mode would lose.
    constexpr std::uint32_t smallestNormal = 113u << 23;
    const std::size_t count = in.size();
    const std::uint16_t* source = in.data();
    float* target = out.data();
    std::uint32_t bad = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t half = source[i];
        const std::uint32_t sign = (half & 0x8000u) << 16;
        const std::uint32_t magnitude = (half & 0x7fffu) << 13;
        // Masks by arithmetic: comparisons come back as branches, which do not vectorise.
        const std::uint32_t exponent = half & 0x7c00u;
        const std::uint32_t nonFinite = (exponent + 0x0400u) >> 15;
        const std::uint32_t isSubnormal = 0u - ((exponent - 0x0400u) >> 31);
        const std::uint32_t normal = magnitude + rebias + nonFinite * rebias;
        const float shifted =
            std::bit_cast<float>(magnitude + smallestNormal) - std::bit_cast<float>(smallestNormal);
        const std::uint32_t value =
            (std::bit_cast<std::uint32_t>(shifted) & isSubnormal) | (normal & ~isSubnormal);
        target[i] = std::bit_cast<float>(value | sign);
        bad |= nonFinite;
    }
    return bad != 0;
}

QUANTSCOPE_WIDE
bool hasNonFinite(std::span<const float> values) {
    const std::size_t count = values.size();
    const float* source = values.data();
    std::uint32_t bad = 0;
    for (std::size_t i = 0; i < count; ++i)
        bad |= isNonFinite(std::bit_cast<std::uint32_t>(source[i]));
    return bad != 0;
}

std::optional<std::size_t> findNonFinite(std::span<const float> values) {
    for (std::size_t i = 0; i < values.size(); ++i)
        if (isNonFinite(std::bit_cast<std::uint32_t>(values[i])))
            return i;
    return std::nullopt;
}

std::uint16_t roundToBf16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (isNonFinite(
            bits)) // keep a NaN whose fraction lies in the lower half from becoming infinity
        return static_cast<std::uint16_t>((bits >> 16) | ((bits & 0x007fffffu) ? 0x0040u : 0u));
    return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

std::uint16_t nearestF16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > exponentMask)
        return static_cast<std::uint16_t>(sign | 0x7e00u);
    if (magnitude >= 0x477ff000u) // 65520, from where on the nearest is infinite
        return static_cast<std::uint16_t>(sign | 0x7c00u);
    if (magnitude < 0x38800000u) { // below 2^-14: places of 2^-24, counted by adding 0.5
        const float places = std::bit_cast<float>(magnitude) + 0.5f;
        return static_cast<std::uint16_t>(
            sign | (std::bit_cast<std::uint32_t>(places) - std::bit_cast<std::uint32_t>(0.5f)));
    }
    const std::uint32_t rebiased = magnitude - (112u << 23);
    const std::uint32_t even = (rebiased >> 13) & 1u;
    return static_cast<std::uint16_t>(sign | ((rebiased + 0xfffu + even) >> 13));
}

} // namespace quantscope
