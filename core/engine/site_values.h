#pragma once

#include "core/data/site.h"

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <vector>

namespace quantscope {

/// A set of sites as bits, so that asking "is this one wanted" costs nothing.
class SiteSet {
public:
    SiteSet() = default;
    template <typename Sites>
    explicit SiteSet(const Sites& sites) {
        for (const Site site : sites)
            add(site);
    }

    void add(Site site) { m_bits |= bit(site); }
    void add(SiteSet other) { m_bits |= other.m_bits; }
    bool has(Site site) const { return (m_bits & bit(site)) != 0; }
    bool empty() const { return m_bits == 0; }

private:
    static std::uint32_t bit(Site site) { return 1u << static_cast<unsigned>(site); }
    std::uint32_t m_bits = 0;
};

/// Values of a lane's sites in one block for one batch, each [examples, positions, width];
/// undefined where nobody asked.
struct SiteValues {
    std::array<torch::Tensor, allSites.size()> values;

    torch::Tensor& operator[](Site site) { return values[static_cast<std::size_t>(site)]; }
    const torch::Tensor& operator[](Site site) const {
        return values[static_cast<std::size_t>(site)];
    }
};

} // namespace quantscope
