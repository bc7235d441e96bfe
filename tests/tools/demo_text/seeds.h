#pragma once

#include <cstdint>

namespace quantscope::demo {

// Text of different uses comes from seeds far apart.
inline constexpr std::uint64_t tokenizerSeed = 1'000'000;
inline constexpr std::uint64_t calibrationSeed = 2'000'000;
inline constexpr std::uint64_t studySeed = 3'000'000;
inline constexpr std::uint64_t trainingSeed = 4'000'000;
inline constexpr std::uint64_t validationSeed = 5'000'000;

} // namespace quantscope::demo
