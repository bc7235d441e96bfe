#pragma once

#include "core/data/job.h"
#include "core/engine/example_ids.h"
#include "core/model/block.h"
#include "core/quant/quantizer.h"

#include <map>
#include <vector>

namespace quantscope {

/// Keeps max|x| of the down projection's input at every position, and stops on request.
class PeakWatcher final : public SiteWatcher {
public:
    explicit PeakWatcher(const Job& job) : m_job(job) {}
    bool wants(Site site) const override {
        m_job.throwIfStopped();
        return site == Site::DownInput;
    }
    torch::Tensor at(Site, const torch::Tensor& value) override {
        peaks = value.abs().amax(-1).cpu();
        return value;
    }
    torch::Tensor peaks; // [examples, positions]

private:
    const Job& m_job;
};

/// Which tokens of a text stick out, told layer by layer.
class OutlierTokens {
public:
    /// @param text  outlives this
    OutlierTokens(const ExampleIds& text, const PrefixSearch& search)
        : m_text(text)
        , m_search(search) {}

    /// @param peaks  f32 [examples, positions], max|x| of the layer's down projection's input
    void addLayer(const torch::Tensor& peaks);

    /// The most frequent first, those of equal count by number; the text's first token last, where
    /// all windows begin with the same.
    std::vector<std::int32_t> tokens() const;

    /// Positions that stick out in a window, on average, in the layer that has most.
    double perWindow() const { return m_perWindow; }

private:
    const ExampleIds& m_text;
    PrefixSearch m_search;
    std::map<std::int32_t, std::int64_t> m_counts; ///< of positions but the first
    double m_perWindow = 0;
};

} // namespace quantscope
