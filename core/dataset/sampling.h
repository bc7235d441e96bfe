#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quantscope {

/// `count` of the numbers 0 … total − 1 without repetition, ascending: the first steps of a
/// Fisher–Yates shuffle driven by SplitMix64, the same on every machine.
std::vector<std::size_t> sampleIndices(std::size_t total, std::size_t count, std::uint64_t seed);

} // namespace quantscope
