#pragma once

#include "core/data/job.h"
#include "core/model/block.h"

namespace quantscope {

/// Looks at every site of a forward pass, and on the way back at every gradient, whether a stop
/// was asked for: a block of a large model takes seconds for one example.
class StopWatcher final : public SiteWatcher {
public:
    explicit StopWatcher(const Job& job) : m_job(job) {}

    bool wants(Site) const override { return true; }

    /// @throws Error (Interrupted)
    torch::Tensor at(Site, const torch::Tensor& value) override {
        m_job.throwIfStopped();
        if (value.requires_grad())
            value.register_hook([&job = m_job](const torch::Tensor&) { job.throwIfStopped(); });
        return value;
    }

private:
    const Job& m_job;
};

} // namespace quantscope
