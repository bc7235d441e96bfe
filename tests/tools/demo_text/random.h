#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace quantscope::demo {

/// SplitMix64: the same numbers from the same seed with every compiler and standard library, which
/// the distributions of <random> do not promise.
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next() {
        m_state += 0x9e3779b97f4a7c15ull;
        std::uint64_t z = m_state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }

    /// Uniform in [0, 1).
    double uniform() { return double(next() >> 11) * 0x1.0p-53; }

    /// Uniform in [first, last], both included.
    int between(int first, int last) {
        return first + int(next() % std::uint64_t(last - first + 1));
    }

    bool chance(double probability) { return uniform() < probability; }

    template <typename T>
    const T& pick(const std::vector<T>& values) {
        return values[std::size_t(next() % values.size())];
    }

private:
    std::uint64_t m_state;
};

} // namespace quantscope::demo
