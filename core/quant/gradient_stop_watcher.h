#pragma once

#include "core/data/job.h"
#include "core/model/block.h"

namespace quantscope {

/// As StopWatcher, and ends the way back as well, at the gradient of the next site.
class GradientStopWatcher final : public SiteWatcher {
public:
    explicit GradientStopWatcher(const Job& job) : m_job(job) {}

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
