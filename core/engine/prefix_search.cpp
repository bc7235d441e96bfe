#include "core/engine/prefix_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace quantscope {

namespace {

/// A single candidate that fewer of the windows have is no outlier worth a place.
constexpr double rareShare = 0.1;

} // namespace

void OutlierTokens::addLayer(const torch::Tensor& peaks) {
    std::int64_t outliers = 0;
    for (std::int64_t example = 0; example < m_text.examples(); ++example) {
        const std::int64_t length = m_text.lengths[static_cast<std::size_t>(example)];
        const torch::Tensor here = peaks[example].slice(0, 0, length).contiguous();
        const double limit = m_search.ratio * here.median().item<double>();
        for (std::int64_t t = 0; t < length; ++t) {
            if (!(here.data_ptr<float>()[t] > limit))
                continue;
            ++outliers;
            if (t > 0)
                ++m_counts[m_text.row(example)[t]];
        }
    }
    m_perWindow = std::max(m_perWindow, double(outliers) / double(m_text.examples()));
}

std::vector<std::int32_t> OutlierTokens::tokens() const {
    std::vector<std::pair<std::int32_t, std::int64_t>> ranked(m_counts.begin(), m_counts.end());
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    if (ranked.size() == 1 && double(ranked[0].second) < rareShare * double(m_text.examples()))
        ranked.clear();
    const auto wanted =
        std::min(static_cast<std::int64_t>(std::ceil(m_perWindow)), m_search.mostTokens);
    std::vector<std::int32_t> tokens;
    for (std::int64_t i = 0; i < std::min(wanted, static_cast<std::int64_t>(ranked.size())); ++i)
        tokens.push_back(ranked[static_cast<std::size_t>(i)].first);
    if (!m_search.startToken || m_text.examples() == 0)
        return tokens;
    const std::int32_t first = m_text.row(0)[0];
    for (std::int64_t example = 0; example < m_text.examples(); ++example)
        if (m_text.row(example)[0] != first)
            return tokens; // the tokenizer has no start token
    tokens.push_back(first);
    return tokens;
}

} // namespace quantscope
