#include "core/engine/lane_basis.h"

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

} // namespace quantscope
