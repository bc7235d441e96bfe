#pragma once

#include "core/data/session_data.h"
#include "core/engine/example_ids.h"
#include "core/engine/site_values.h"

#include <string>
#include <vector>

namespace quantscope {

/// Statistics of the sites of one block, gathered batch by batch, for all lanes without patches.
/// Different batches may be added from different threads: they write disjoint examples.
/// Definitions: means over positions 1 … length − 1 of each example (position 0 too if asked);
/// `maximum` of a token is its largest |x|, `mse` the mean over positions and width.
class SiteStatistics {
public:
    /// @param lanes  names in the order of the session's lane dimension, the reference first
    SiteStatistics(const ExampleIds& examples, std::vector<std::string> lanes,
                   std::vector<Site> sites, bool tokenMaps, bool countStart);

    /// @param value      [count, positions, width] in the checkpoint's basis
    /// @param reference  the reference lane's same site, undefined for the reference itself
    void add(std::size_t lane, Site site, std::int64_t firstExample, const torch::Tensor& value,
             const torch::Tensor& reference);

    /// The block's arrays "/sites/SITE/…" [lane, layer, example] with one layer, and "/tokens/…".
    SessionData part() const;

    const std::vector<Site>& sites() const { return m_sites; }

private:
    static constexpr std::size_t tokenStatisticCount = 6; ///< that every token has
    static constexpr std::size_t statisticCount = 8;      ///< with those of whole examples

    float* means(std::size_t lane, Site site, std::size_t statistic);
    float* tokens(std::size_t lane, Site site, std::size_t statistic);
    std::size_t siteIndex(Site site) const;

    const ExampleIds& m_examples;
    std::vector<std::string> m_lanes;
    std::vector<Site> m_sites;
    bool m_countStart;
    std::vector<float> m_means;  ///< [site, statistic, lane, example]
    std::vector<float> m_tokens; ///< [site, statistic − mse, lane, example, position] or empty
};

} // namespace quantscope
