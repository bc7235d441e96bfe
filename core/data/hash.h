#pragma once

#include <cstdint>

namespace quantscope {

/// The finalizer of SplitMix64: a bijection of 64 bits that mixes well. Draws made with it are the
/// same on every machine, which the standard library's distributions do not promise.
constexpr std::uint64_t mixBits(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ull;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
    return value ^ (value >> 31);
}

/// SplitMix64: a small generator whose sequence a script in any language can reproduce.
class SplitMix {
public:
    explicit SplitMix(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next() {
        const std::uint64_t value = mixBits(m_state);
        m_state += 0x9e3779b97f4a7c15ull;
        return value;
    }

    /// A number below `bound` (which fits 32 bits), each about equally likely.
    std::uint64_t below(std::uint64_t bound) { return ((next() >> 32) * bound) >> 32; }

private:
    std::uint64_t m_state;
};

} // namespace quantscope
