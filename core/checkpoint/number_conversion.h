#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace quantscope {

/// Exact conversions to f32. Each returns whether a value was NaN or infinite (the values are
/// converted all the same). `in` and `out` have the same length.
bool convertBf16(std::span<const std::uint16_t> in, std::span<float> out);
bool convertF16(std::span<const std::uint16_t> in, std::span<float> out);

/// Whether a value is NaN or infinite.
bool hasNonFinite(std::span<const float> values);

/// Index of the first value that is NaN or infinite.
std::optional<std::size_t> findNonFinite(std::span<const float> values);

/// f32 rounded to the nearest bf16, ties to even. NaN stays NaN.
std::uint16_t roundToBf16(float value);

/// f32 rounded to the nearest f16, ties to even; infinite beyond its range. NaN stays NaN.
std::uint16_t nearestF16(float value);

} // namespace quantscope
