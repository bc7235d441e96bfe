#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// A site's value taken from a lane's basis to the checkpoint's. @param basis  null: the same
torch::Tensor inCheckpointBasis(const torch::Tensor& value, Site site, const Basis* basis);

/// A site's value taken from the checkpoint's basis to a lane's.
torch::Tensor inLaneBasis(const torch::Tensor& value, Site site, const Basis* basis);

} // namespace quantscope
