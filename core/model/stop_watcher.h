#pragma once

#include "core/data/job.h"
#include "core/model/block.h"

namespace quantscope {

/// Watches nothing, but ends a forward pass at its next site once a stop is asked for: one block
/// may take longer than a person who cancels will wait.
class StopWatcher final : public SiteWatcher {
public:
    /// @param lengths  valid positions of each example; empty: all. Must outlive the watcher.
    explicit StopWatcher(const Job& job, std::span<const std::int64_t> lengths = {})
        : m_job(job)
        , m_lengths(lengths) {}

    /// @throws Error (Interrupted)
    bool wants(Site) const override {
        m_job.throwIfStopped();
        return false;
    }
    torch::Tensor at(Site, const torch::Tensor& value) override { return value; }
    std::span<const std::int64_t> lengths() const override { return m_lengths; }

private:
    const Job& m_job;
    std::span<const std::int64_t> m_lengths;
};

} // namespace quantscope
