#pragma once

#include "core/data/job.h"
#include "core/data/session_data.h"
#include "core/data/site.h"
#include "core/engine/calibration_texts.h"
#include "core/model/block.h"

#include <map>
#include <mutex>
#include <vector>

namespace quantscope {

/// Magnitudes that calibration texts bring to some sites of one block of the reference, over
/// positions 1..T: "/activations/SITE/calibration_histogram".
class TextHistograms {
public:
    /// @param texts  in the order of the dimension "calibration_text"
    TextHistograms(std::vector<Site> sites, std::vector<const CalibrationText*> texts);

    /// Watches a batch of one of the texts; several threads may have one each.
    /// @param first  position of the batch's first example in the text
    class Watcher final : public SiteWatcher {
    public:
        Watcher(TextHistograms& histograms, const CalibrationText& text, std::int64_t first,
                const Job& job)
            : m_histograms(histograms)
            , m_text(text)
            , m_first(first)
            , m_job(job) {}

        /// @throws Error (Interrupted)
        bool wants(Site site) const override;
        torch::Tensor at(Site site, const torch::Tensor& value) override;

    private:
        TextHistograms& m_histograms;
        const CalibrationText& m_text;
        std::int64_t m_first;
        const Job& m_job;
    };

    /// The shares of values by bin, of this one layer.
    SessionData part() const;

private:
    std::vector<Site> m_sites;
    std::vector<const CalibrationText*> m_texts;
    std::mutex m_mutex;
    std::map<Site, std::vector<std::int64_t>> m_counts; ///< [text, bin]
};

} // namespace quantscope
