#include "core/engine/text_histograms.h"

#include "core/data/session_schema.h"
#include "core/engine/activation_statistics.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace quantscope {

namespace {

constexpr std::size_t bins = ActivationInstrument::magnitudeBins;

} // namespace

TextHistograms::TextHistograms(std::vector<Site> sites, std::vector<const CalibrationText*> texts)
    : m_sites(std::move(sites))
    , m_texts(std::move(texts)) {
    for (const Site site : m_sites)
        m_counts[site].assign(m_texts.size() * bins, 0);
}

bool TextHistograms::Watcher::wants(Site site) const {
    m_job.throwIfStopped();
    const std::vector<Site>& sites = m_histograms.m_sites;
    return std::find(sites.begin(), sites.end(), site) != sites.end();
}

torch::Tensor TextHistograms::Watcher::at(Site site, const torch::Tensor& value) {
    std::vector<std::int64_t> counts(bins, 0);
    for (std::int64_t e = 0; e < value.size(0); ++e) {
        const std::int64_t length = m_text.ids.lengths[static_cast<std::size_t>(m_first + e)];
        const torch::Tensor rows = value[e].slice(0, 1, length).contiguous().cpu();
        const float* values = rows.data_ptr<float>();
        for (std::int64_t i = 0; i < rows.numel(); ++i)
            ++counts[ActivationInstrument::binOf(std::abs(double(values[i])))];
    }
    const auto text = static_cast<std::size_t>(
        std::find(m_histograms.m_texts.begin(), m_histograms.m_texts.end(), &m_text) -
        m_histograms.m_texts.begin());
    const std::lock_guard lock(m_histograms.m_mutex);
    std::vector<std::int64_t>& all = m_histograms.m_counts.at(site);
    for (std::size_t bin = 0; bin < bins; ++bin)
        all.at(text * bins + bin) += counts[bin];
    return value;
}

SessionData TextHistograms::part() const {
    SessionData data;
    for (const auto& [site, counts] : m_counts) {
        const std::string path =
            "/activations/" + std::string(siteName(site)) + "/calibration_histogram";
        NamedArray array = makeSessionArray(path, {m_texts.size(), 1, bins});
        std::vector<float> shares(counts.size());
        for (std::size_t text = 0; text < m_texts.size(); ++text) {
            const auto from = counts.begin() + static_cast<std::ptrdiff_t>(text * bins);
            const auto total = double(std::accumulate(from, from + bins, std::int64_t{0}));
            for (std::size_t bin = 0; bin < bins; ++bin)
                shares[text * bins + bin] =
                    static_cast<float>(double(counts[text * bins + bin]) / total);
        }
        array.values = std::move(shares);
        data.arrays.emplace(path, std::move(array));
    }
    return data;
}

} // namespace quantscope
