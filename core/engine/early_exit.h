#pragma once

#include "core/engine/output_scores.h"
#include "core/engine/site_values.h"

namespace quantscope {

/// Early exit of one block: the final norm and output matrix applied to r(l) and z(l). Means over
/// positions 1 … length − 1 of NLL, rank of the true token, entropy, and KL(final ‖ exit), where
/// `final` is the same lane's own final distribution.
class EarlyExit {
public:
    /// @param lanes     lanes without patches of the session
    /// @param examples  examples of the session; those that are never added stay NaN
    /// @param sites     of sitesOf()
    EarlyExit(std::size_t lanes, std::size_t examples, std::vector<Site> sites);

    /// r(l), where the family has it, and z(l).
    static std::vector<Site> sitesOf(const ModelConfig& config);
    const std::vector<Site>& sites() const { return m_sites; }

    /// One example of one lane, both as the session counts them.
    struct Place {
        std::size_t lane = 0;
        std::size_t example = 0;
    };

    /// @param ids    the example's ids, `length` of them valid
    /// @param state  the site's value, [positions, hidden]
    /// @param final  the lane's state after the last block, same shape
    /// @throws Error (Interrupted) between chunks once a stop is asked for
    void add(const OutputHead& head, Place place, Site site, const std::int32_t* ids,
             std::int64_t length, const torch::Tensor& state, const torch::Tensor& final,
             const Job& job);

    /// "/early_exit/SITE/…" [lane, layer, example] with one layer.
    SessionData part() const;

private:
    enum Statistic : std::size_t { Nll, Rank, Entropy, KlToFinal, StatisticCount };
    float& value(Site site, Statistic statistic, Place place);

    std::size_t m_lanes;
    std::size_t m_examples;
    std::vector<Site> m_sites;
    std::vector<float> m_values; ///< [site, statistic, lane, example]
};

} // namespace quantscope
