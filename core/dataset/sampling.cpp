#include "core/dataset/sampling.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace quantscope {

std::uint64_t SplitMix64::next() {
    m_state += 0x9E3779B97F4A7C15ull;
    std::uint64_t z = m_state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

std::uint64_t SplitMix64::below(std::uint64_t bound) {
    constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t end = largest - largest % bound; // a multiple of bound
    std::uint64_t value = next();
    while (value >= end) {
        value = next();
    }
    return value % bound;
}

std::vector<std::size_t> shuffledIndices(std::size_t size, std::uint64_t seed) {
    std::vector<std::size_t> indices(size);
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    SplitMix64 source(seed);
    for (std::size_t k = 0; k + 1 < size; ++k) {
        std::swap(indices[k], indices[k + source.below(size - k)]);
    }
    return indices;
}

std::vector<std::size_t> sampleIndices(std::size_t size, std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> indices = shuffledIndices(size, seed);
    indices.resize(std::min(size, count));
    std::sort(indices.begin(), indices.end());
    return indices;
}

} // namespace quantscope
