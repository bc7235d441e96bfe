#include "core/engine/early_exit.h"

#include "core/checkpoint/model_shape.h"
#include "core/data/session_schema.h"
#include "core/model/tensor_kernels.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace quantscope {

std::vector<Site> EarlyExit::sitesOf(const ModelConfig& config) {
    if (hasSite(config, Site::ResidMid))
        return {Site::ResidMid, Site::ResidPost};
    return {Site::ResidPost};
}

EarlyExit::EarlyExit(std::size_t lanes, std::size_t examples, std::vector<Site> sites)
    : m_lanes(lanes)
    , m_examples(examples)
    , m_sites(std::move(sites))
    , m_values(m_sites.size() * StatisticCount * lanes * examples,
               std::numeric_limits<float>::quiet_NaN()) {}

float& EarlyExit::value(Site site, Statistic statistic, Place place) {
    const std::size_t siteIndex = site == m_sites.front() ? 0 : 1;
    return m_values[((siteIndex * StatisticCount + statistic) * m_lanes + place.lane) * m_examples +
                    place.example];
}

void EarlyExit::add(const OutputHead& head, Place place, Site site, const std::int32_t* ids,
                    std::int64_t length, const torch::Tensor& state, const torch::Tensor& final,
                    const Job& job) {
    const std::int64_t vocabulary = head.matrix.size(0);
    const std::int64_t chunk = std::clamp<std::int64_t>((4 << 20) / (vocabulary * 4), 16, 512);
    const std::int64_t predicted = length - 1;
    double sums[StatisticCount] = {};
    for (std::int64_t from = 0; from < predicted; from += chunk) {
        job.throwIfStopped();
        const std::int64_t to = std::min(from + chunk, predicted);
        const auto count = static_cast<std::size_t>(to - from);
        const kernels::ReferenceTensors last =
            kernels::logSoftmax(head.logits(final.slice(0, from, to).contiguous()));
        torch::Tensor logits = head.logits(state.slice(0, from, to).contiguous());
        std::vector<float> nll(count);
        std::vector<float> entropy(count);
        std::vector<float> kl(count);
        std::vector<std::int32_t> rank(count);
        kernels::TokenScores out;
        out.nll = nll.data();
        out.entropy = entropy.data();
        out.rank = rank.data();
        out.kl = kl.data();
        kernels::tokenScores(logits, &last, ids + from + 1, out);
        for (std::size_t i = 0; i < count; ++i) {
            sums[Nll] += double(nll[i]);
            sums[Rank] += double(rank[i]);
            sums[Entropy] += double(entropy[i]);
            sums[KlToFinal] += double(kl[i]);
        }
    }
    for (const Statistic statistic : {Nll, Rank, Entropy, KlToFinal})
        value(site, statistic, place) = float(sums[statistic] / double(predicted));
}

SessionData EarlyExit::part() const {
    SessionData data;
    const char* names[] = {"nll", "rank", "entropy", "kl_to_final"};
    const std::size_t block = m_lanes * m_examples;
    for (std::size_t s = 0; s < m_sites.size(); ++s) {
        for (std::size_t i = 0; i < StatisticCount; ++i) {
            const std::string path =
                "/early_exit/" + std::string(siteName(m_sites[s])) + "/" + names[i];
            NamedArray array = makeSessionArray(path, {m_lanes, 1, m_examples});
            const float* from = m_values.data() + (s * StatisticCount + i) * block;
            array.values = std::vector<float>(from, from + block);
            data.arrays.emplace(path, std::move(array));
        }
    }
    return data;
}

} // namespace quantscope
