#include "core/engine/site_statistics.h"

#include "core/checkpoint/model_config.h"
#include "core/data/session_schema.h"
#include "core/model/tensor_kernels.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace quantscope {

namespace {

// Those of tokens first.
enum Statistic : std::size_t {
    Norm,
    Kurtosis,
    Maximum,
    ErrorNorm,
    RelativeError,
    Cosine,
    Mse,
    KurtosisMedian
};

constexpr std::array statisticNames = {"norm",           "kurtosis", "maximum", "error_norm",
                                       "relative_error", "cosine",   "mse",     "kurtosis_median"};

/// @pre not empty
float median(std::vector<float> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1)
        return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

} // namespace

SiteStatistics::SiteStatistics(const ExampleIds& examples, std::vector<std::string> lanes,
                               std::vector<Site> sites, bool tokenMaps, bool countStart)
    : m_examples(examples)
    , m_lanes(std::move(lanes))
    , m_sites(std::move(sites))
    , m_countStart(countStart) {
    const std::size_t cells =
        m_sites.size() * m_lanes.size() * static_cast<std::size_t>(examples.examples());
    m_means.assign(cells * statisticCount, std::numeric_limits<float>::quiet_NaN());
    if (tokenMaps)
        m_tokens.assign(cells * tokenStatisticCount * static_cast<std::size_t>(examples.positions),
                        std::numeric_limits<float>::quiet_NaN());
}

std::size_t SiteStatistics::siteIndex(Site site) const {
    return static_cast<std::size_t>(std::find(m_sites.begin(), m_sites.end(), site) -
                                    m_sites.begin());
}

float* SiteStatistics::means(std::size_t lane, Site site, std::size_t statistic) {
    const auto examples = static_cast<std::size_t>(m_examples.examples());
    return m_means.data() +
           ((siteIndex(site) * statisticCount + statistic) * m_lanes.size() + lane) * examples;
}

float* SiteStatistics::tokens(std::size_t lane, Site site, std::size_t statistic) {
    const auto examples = static_cast<std::size_t>(m_examples.examples());
    return m_tokens.data() +
           ((siteIndex(site) * tokenStatisticCount + statistic) * m_lanes.size() + lane) *
               examples * static_cast<std::size_t>(m_examples.positions);
}

void SiteStatistics::add(std::size_t lane, Site site, std::int64_t firstExample,
                         const torch::Tensor& value, const torch::Tensor& reference) {
    const std::int64_t count = value.size(0);
    const std::int64_t positions = value.size(1);
    const std::int64_t width = value.size(2);
    const std::int64_t rows = count * positions;
    std::vector<float> buffer(static_cast<std::size_t>(rows) * tokenStatisticCount);
    const auto column = [&](Statistic statistic) { return buffer.data() + statistic * rows; };
    kernels::TokenStatistics out{column(Norm),      column(Kurtosis),      column(Maximum),
                                 column(ErrorNorm), column(RelativeError), column(Cosine)};
    const torch::Tensor plain = value.contiguous();
    const torch::Tensor other = reference.defined() ? reference.contiguous() : plain;
    kernels::tokenStatistics(plain, other, out);

    for (std::int64_t e = 0; e < count; ++e) {
        const std::int64_t example = firstExample + e;
        const std::int64_t length = m_examples.lengths[static_cast<std::size_t>(example)];
        const std::int64_t start = m_countStart ? 0 : 1;
        const double inverse = 1.0 / double(std::max<std::int64_t>(length - start, 1));
        const float* first = buffer.data() + e * positions;
        const float* error = column(ErrorNorm) + e * positions;
        // All sums in one loop: each waits for its own last addition, not for the others'.
        std::array<double, tokenStatisticCount> sums{};
        double squares = 0;
        for (std::int64_t t = start; t < length; ++t) {
            for (std::size_t s = 0; s < tokenStatisticCount; ++s)
                sums[s] += double(first[static_cast<std::int64_t>(s) * rows + t]);
            squares += double(error[t]) * double(error[t]);
        }
        for (std::size_t s = 0; s < tokenStatisticCount; ++s) {
            means(lane, site, s)[example] = float(sums[s] * inverse);
            const float* row = first + static_cast<std::int64_t>(s) * rows;
            if (!m_tokens.empty())
                std::copy(row, row + length, tokens(lane, site, s) + example * positions);
        }
        means(lane, site, Mse)[example] = float(squares * inverse / double(width));
        const float* kurtosis = column(Kurtosis) + e * positions;
        if (length > start)
            means(lane, site, KurtosisMedian)[example] =
                median({kurtosis + start, kurtosis + length});
    }
}

SessionData SiteStatistics::part() const {
    SessionData data;
    const auto examples = static_cast<std::size_t>(m_examples.examples());
    const auto positions = static_cast<std::size_t>(m_examples.positions);
    const std::size_t block = m_lanes.size() * examples;
    for (std::size_t i = 0; i < m_sites.size(); ++i) {
        const std::string site(siteName(m_sites[i]));
        for (std::size_t s = 0; s < statisticCount; ++s) {
            const std::string path = "/sites/" + site + "/" + statisticNames[s];
            NamedArray array = makeSessionArray(path, {m_lanes.size(), 1, examples});
            const float* from = m_means.data() + (i * statisticCount + s) * block;
            array.values = std::vector<float>(from, from + block);
            data.arrays.emplace(path, std::move(array));
            if (m_tokens.empty() || s >= tokenStatisticCount)
                continue;
            const std::string tokenPath = "/tokens/" + site + "/" + statisticNames[s];
            NamedArray map = makeSessionArray(tokenPath, {m_lanes.size(), 1, examples, positions});
            const float* cell = m_tokens.data() + (i * tokenStatisticCount + s) * block * positions;
            map.values = std::vector<float>(cell, cell + block * positions);
            data.arrays.emplace(tokenPath, std::move(map));
        }
    }
    return data;
}

} // namespace quantscope
