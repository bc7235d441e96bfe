#include "core/engine/drift.h"

#include "core/checkpoint/model_shape.h"

#include <string>

namespace quantscope {

namespace {

constexpr std::array splitSites = {Site::ResidMid, Site::Ln2, Site::ResidPost};
constexpr std::size_t statistics = 3; ///< of one split site

std::vector<Site> splitSitesOf(const ModelConfig& config) {
    std::vector<Site> sites;
    for (const Site site : splitSites)
        if (hasSite(config, site))
            sites.push_back(site);
    return sites;
}

std::vector<std::string> paths(const std::vector<Site>& split, bool hasGate) {
    std::vector<std::string> all;
    for (const Site site : split)
        for (const char* name : {"length_change", "length_share", "angle"})
            all.push_back("/sites/" + std::string(siteName(site)) + "/" + name);
    all.emplace_back("/sites/resid_post/update_cosine");
    if (hasGate)
        all.emplace_back("/sites/gate/sign_flip_rate");
    return all;
}

torch::Tensor productsByRow(const torch::Tensor& a, const torch::Tensor& b) {
    return (a * b).sum(-1);
}

/// The mean of the values that exist: no direction where there is no difference.
double meanOfFinite(const torch::Tensor& values) {
    return values.masked_select(torch::isfinite(values)).mean().item<double>();
}

} // namespace

DriftInstrument::DriftInstrument(const ModelConfig& config, std::int64_t layer,
                                 const MeasuredExamples& examples)
    : m_splitSites(splitSitesOf(config))
    , m_hasGate(hasSite(config, layer, Site::Gate))
    , m_examples(examples)
    , m_table(paths(m_splitSites, hasSite(config, Site::Gate)), examples) {}

SiteSet DriftInstrument::sites() const {
    SiteSet set(m_splitSites);
    set.add(Site::ResidPre);
    if (m_hasGate)
        set.add(Site::Gate);
    return set;
}

void DriftInstrument::add(const LaneBatch& batch) {
    if (batch.lane == 0)
        return;
    const std::int64_t count = batch.reference(Site::ResidPost).size(0);
    SiteValues values; // of the lane, in the checkpoint's basis
    for (const Site site : allSites)
        if (sites().has(site))
            values[site] = batch.at(site);
    for (std::int64_t e = 0; e < count; ++e) {
        const std::int64_t example = batch.firstExample + e;
        const auto rows = [&](const torch::Tensor& all) {
            return all[e]
                .slice(0, m_examples.firstPosition, m_examples.length(example))
                .to(torch::kFloat64);
        };
        const auto difference = [&](Site site) {
            return rows(values[site]) - rows(batch.reference(site));
        };
        for (std::size_t s = 0; s < m_splitSites.size(); ++s) {
            const torch::Tensor own = rows(values[m_splitSites[s]]);
            const torch::Tensor reference = rows(batch.reference(m_splitSites[s]));
            const torch::Tensor length = own.norm(2, -1);
            const torch::Tensor original = reference.norm(2, -1);
            const torch::Tensor cosine =
                (productsByRow(own, reference) / (length * original)).clamp(-1, 1);
            const torch::Tensor squared = productsByRow(own - reference, own - reference);
            const std::size_t path = statistics * s;
            m_table.set(path, batch.lane, example, meanOfFinite((length - original) / original));
            m_table.set(path + 1, batch.lane, example,
                        meanOfFinite((length - original).square() / squared));
            m_table.set(path + 2, batch.lane, example, meanOfFinite(cosine.acos()));
        }
        const torch::Tensor before = difference(Site::ResidPre);
        const torch::Tensor update = difference(Site::ResidPost) - before;
        const std::size_t updatePath = statistics * m_splitSites.size();
        m_table.set(updatePath, batch.lane, example,
                    meanOfFinite(productsByRow(before, update) /
                                 (before.norm(2, -1) * update.norm(2, -1))));
        if (!m_hasGate)
            continue;
        const torch::Tensor flipped =
            (rows(values[Site::Gate]) < 0) != (rows(batch.reference(Site::Gate)) < 0);
        m_table.set(updatePath + 1, batch.lane, example,
                    flipped.to(torch::kFloat64).mean().item<double>());
    }
}

SessionData DriftInstrument::part() const {
    SessionData data;
    m_table.addTo(data);
    return data;
}

} // namespace quantscope
