#pragma once

#include "core/engine/block_instrument.h"
#include "core/engine/example_ids.h"
#include "core/engine/ordered_sum.h"

#include <map>
#include <utility>

namespace quantscope {

/// Means of the reference's sites over all examples and positions 1 … length − 1, by channel.
class ChannelMeans {
public:
    /// Takes the layer's "/channels/SITE/mean" of a part that an earlier walk left.
    void take(const SessionData& part, std::int64_t layer);

    /// f32 [width]. @throws Error (Internal) where none was taken.
    const torch::Tensor& mean(std::int64_t layer, Site site) const;

private:
    std::map<std::pair<std::int64_t, Site>, torch::Tensor> m_means;
};

/// Measures "/channels/SITE/mean" and "/channels/SITE/mean_absolute" of the reference.
class ChannelInstrument final : public BlockInstrument {
public:
    ChannelInstrument(const ExampleIds& examples, const std::vector<Site>& sites);

    SiteSet sites() const override;
    void add(const LaneBatch& batch) override;
    void gather(Ranks& ranks) override;
    SessionData part() const override;

private:
    const ExampleIds& m_examples;
    std::int64_t m_tokens = 0;         ///< that the means are over
    std::map<Site, OrderedSum> m_sums; ///< each [2, width]: of values and of magnitudes
};

} // namespace quantscope
