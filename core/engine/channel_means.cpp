#include "core/engine/channel_means.h"

#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/gather_tensors.h"

#include <algorithm>
#include <string>

namespace quantscope {

namespace {

std::string channelPath(Site site, const char* statistic) {
    return "/channels/" + std::string(siteName(site)) + "/" + statistic;
}

} // namespace

void ChannelMeans::take(const SessionData& part, std::int64_t layer) {
    for (const Site site : allSites)
        if (const NamedArray* array = part.find(channelPath(site, "mean"))) {
            const auto& values = std::get<std::vector<float>>(array->values);
            torch::Tensor mean = torch::empty({static_cast<std::int64_t>(values.size())});
            std::copy(values.begin(), values.end(), mean.data_ptr<float>());
            m_means.insert_or_assign({layer, site}, std::move(mean));
        }
}

const torch::Tensor& ChannelMeans::mean(std::int64_t layer, Site site) const {
    const auto found = m_means.find({layer, site});
    if (found == m_means.end())
        throw Error(ErrorKind::Internal, "The means of " + std::string(siteName(site)) +
                                             " in layer " + std::to_string(layer) +
                                             " were not measured.");
    return found->second;
}

ChannelInstrument::ChannelInstrument(const ExampleIds& examples, const std::vector<Site>& sites)
    : m_examples(examples) {
    for (const std::int64_t length : examples.lengths)
        m_tokens += length - 1;
    for (const Site site : sites)
        m_sums[site];
}

SiteSet ChannelInstrument::sites() const {
    SiteSet set;
    for (const auto& [site, sum] : m_sums)
        set.add(site);
    return set;
}

void ChannelInstrument::add(const LaneBatch& batch) {
    if (batch.lane != 0)
        return;
    for (auto& [site, sum] : m_sums) {
        const torch::Tensor& values = batch.reference(site); // [examples, positions, width]
        torch::Tensor term =
            torch::zeros({2, values.size(2)}, values.options().dtype(torch::kFloat64));
        for (std::int64_t e = 0; e < values.size(0); ++e) {
            const auto example = static_cast<std::size_t>(batch.firstExample + e);
            const torch::Tensor rows = values[e].slice(0, 1, m_examples.lengths[example]);
            term[0] += rows.sum(0, false, torch::kFloat64);
            term[1] += rows.abs().sum(0, false, torch::kFloat64);
        }
        sum.add(batch.batch, term);
    }
}

void ChannelInstrument::gather(Ranks& ranks) {
    for (auto& [site, sum] : m_sums)
        sum.gather(ranks);
    m_tokens = static_cast<std::int64_t>(gatherSum(ranks, double(m_tokens)));
}

SessionData ChannelInstrument::part() const {
    SessionData data;
    const char* names[] = {"mean", "mean_absolute"};
    for (const auto& [site, sum] : m_sums) {
        const torch::Tensor means = (sum.total() / double(m_tokens)).to(torch::kFloat32).cpu();
        const auto width = static_cast<std::size_t>(means.size(1));
        for (std::int64_t s = 0; s < 2; ++s) {
            const std::string path = channelPath(site, names[s]);
            NamedArray array = makeSessionArray(path, {1, width});
            const float* from = means.data_ptr<float>() + s * means.size(1);
            array.values = std::vector<float>(from, from + width);
            data.arrays.emplace(path, std::move(array));
        }
    }
    return data;
}

} // namespace quantscope
