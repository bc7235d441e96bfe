#include "core/engine/lane_watcher.h"

namespace quantscope {

namespace {

/// Where products begin and end.
constexpr std::array productSites = {
    Site::Ln1, Site::Q,         Site::K,    Site::V,  Site::OInput,    Site::AttnOut,
    Site::Ln2, Site::GateInput, Site::Gate, Site::Up, Site::DownInput, Site::Down,
};

} // namespace

LaneWatcher::LaneWatcher(const LaneWatch& watch) : m_watch(watch) {
    m_wanted.add(watch.capture);
    m_wanted.add(watch.patched);
    if (watch.roundToBf16)
        m_wanted.add(SiteSet(productSites));
    if (watch.statistics)
        m_wanted.add(SiteSet(watch.statistics->sites()));
}

torch::Tensor LaneWatcher::at(Site site, const torch::Tensor& value) {
    return watched(site, m_watch.patched.has(site)
                             ? patchedValue(m_watch.source, site, value, m_watch.basis)
                             : value);
}

torch::Tensor LaneWatcher::known(Site site) {
    if (m_watch.patched.has(site))
        return replacesAll(m_watch.source)
                   ? watched(site, patchedValue(m_watch.source, site, {}, m_watch.basis))
                   : torch::Tensor();
    if (site == Site::AttnOut && m_watch.sameBefore)
        return watched(site, (*m_watch.sameBefore)[site]);
    return {};
}

torch::Tensor LaneWatcher::watched(Site site, torch::Tensor current) const {
    if (m_watch.roundToBf16 && SiteSet(productSites).has(site))
        current = current.to(torch::kBFloat16).to(torch::kFloat32);
    if (m_watch.capture.has(site))
        (*m_watch.captured)[site] = current;
    if (m_watch.statistics && SiteSet(m_watch.statistics->sites()).has(site))
        m_watch.statistics->add(m_watch.lane, site, m_watch.firstExample,
                                inCheckpointBasis(current, site, m_watch.basis),
                                m_watch.reference ? (*m_watch.reference)[site] : torch::Tensor());
    return current;
}

torch::Tensor LaneWatcher::atExpert(const ExpertRows& rows, Site site, const torch::Tensor& value) {
    const torch::Tensor current =
        m_watch.roundToBf16 ? value.to(torch::kBFloat16).to(torch::kFloat32) : value;
    if (m_watch.experts)
        m_watch.experts->add(rows, site, current);
    return current;
}

} // namespace quantscope
