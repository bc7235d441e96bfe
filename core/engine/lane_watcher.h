#pragma once

#include "core/data/job.h"
#include "core/engine/expert_statistics.h"
#include "core/engine/patch_values.h"
#include "core/engine/site_statistics.h"

namespace quantscope {

/// What happens at the sites of one lane, in one block, for one batch. Everything is optional.
struct LaneWatch {
    const Basis* basis = nullptr; ///< of the lane; null: the checkpoint's own

    bool roundToBf16 = false; ///< inputs and outputs of every product

    SiteSet capture; ///< sites whose values are kept in `captured`
    SiteValues* captured = nullptr;

    SiteStatistics* statistics = nullptr;  ///< probes, against `reference`
    const SiteValues* reference = nullptr; ///< null for the reference lane itself
    std::size_t lane = 0;
    std::int64_t firstExample = 0;

    ExpertRecord* experts = nullptr; ///< what experts do is kept there

    SiteSet patched; ///< sites whose values are replaced
    PatchSource source;

    const SiteValues* sameBefore = nullptr; ///< of a lane that is equal up to attention's output

    std::span<const std::int64_t> lengths; ///< valid positions of each example

    const Job* job = nullptr; ///< whose stop is observed before every site
};

/// Captures, probes and patches the sites of a lane while its block is computed.
class LaneWatcher final : public SiteWatcher {
public:
    explicit LaneWatcher(const LaneWatch& watch);

    /// @throws Error (Interrupted) once a stop is asked for
    bool wants(Site site) const override {
        if (m_watch.job)
            m_watch.job->throwIfStopped();
        return m_wanted.has(site);
    }
    torch::Tensor at(Site site, const torch::Tensor& value) override;
    torch::Tensor known(Site site) override;
    std::span<const std::int64_t> lengths() const override { return m_watch.lengths; }
    bool wantsExperts() const override { return m_watch.experts || m_watch.roundToBf16; }
    torch::Tensor atExpert(const ExpertRows& rows, Site site, const torch::Tensor& value) override;

private:
    /// Captures and probes what the lane goes on with.
    torch::Tensor watched(Site site, torch::Tensor current) const;

    LaneWatch m_watch;
    SiteSet m_wanted;
};

} // namespace quantscope
