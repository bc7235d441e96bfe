#pragma once

#include "core/data/job.h"
#include "core/model/block.h"

namespace quantscope {

/// Watches nothing, but ends a forward pass at its next site once a stop is asked for: one block
/// may take longer than a person who cancels will wait.
class StopWatcher final : public SiteWatcher {
public:
    explicit StopWatcher(const Job& job) : m_job(job) {}

    /// @throws Error (Interrupted)
    bool wants(Site) const override {
        m_job.throwIfStopped();
        return false;
    }
    torch::Tensor at(Site, const torch::Tensor& value) override { return value; }

private:
    const Job& m_job;
};

} // namespace quantscope
