#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quantscope {

/// A generator of its own, so that a seed means the same on every machine and standard library:
/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
class SplitMix64 {
public:
    explicit SplitMix64(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next();

    /// Uniform in [0, bound), without bias: values above the largest multiple of bound are redrawn.
    std::uint64_t below(std::uint64_t bound);

private:
    std::uint64_t m_state;
};

/// The numbers 0 … size − 1 in random order: Fisher–Yates from the front, position k exchanged with
/// k + below(size − k). The first n of it are a uniform sample of n.
std::vector<std::size_t> shuffledIndices(std::size_t size, std::uint64_t seed);

/// `count` of the numbers 0 … size − 1 (all, where there are fewer), ascending.
std::vector<std::size_t> sampleIndices(std::size_t size, std::size_t count, std::uint64_t seed);

} // namespace quantscope
