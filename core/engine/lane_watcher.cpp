#include "core/engine/lane_watcher.h"

namespace quantscope {

namespace {

const torch::Tensor* scaleAt(const Basis* basis, Site site) {
    if (!basis)
        return nullptr;
    const auto found = basis->scale.find(site == Site::GateInput ? Site::Ln2 : site);
    return found == basis->scale.end() ? nullptr : &found->second;
}

} // namespace

torch::Tensor inCheckpointBasis(const torch::Tensor& value, Site site, const Basis* basis) {
    const torch::Tensor* scale = scaleAt(basis, site);
    return scale ? value * *scale : value;
}

torch::Tensor inLaneBasis(const torch::Tensor& value, Site site, const Basis* basis) {
    const torch::Tensor* scale = scaleAt(basis, site);
    return scale ? value / *scale : value;
}

LaneWatcher::LaneWatcher(const LaneWatch& watch) : m_watch(watch) {
    m_wanted.add(watch.capture);
    m_wanted.add(watch.patched);
    if (watch.statistics)
        m_wanted.add(SiteSet(watch.statistics->sites()));
}

torch::Tensor LaneWatcher::at(Site site, const torch::Tensor& value) {
    torch::Tensor current = value;
    if (m_watch.patched.has(site)) {
        // A donor in the same basis is taken as it is: a no-op patch must be equal to the bit.
        const torch::Tensor& donated = (*m_watch.donor)[site];
        current = m_watch.donorBasis == m_watch.basis
                      ? donated
                      : inLaneBasis(inCheckpointBasis(donated, site, m_watch.donorBasis), site,
                                    m_watch.basis);
    }
    if (m_watch.capture.has(site))
        (*m_watch.captured)[site] = current;
    if (m_watch.statistics && SiteSet(m_watch.statistics->sites()).has(site))
        m_watch.statistics->add(m_watch.lane, site, m_watch.firstExample,
                                inCheckpointBasis(current, site, m_watch.basis),
                                m_watch.reference ? (*m_watch.reference)[site] : torch::Tensor());
    return current;
}

} // namespace quantscope
