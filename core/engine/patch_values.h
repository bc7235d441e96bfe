#pragma once

#include "core/engine/channel_means.h"
#include "core/engine/lane.h"
#include "core/engine/lane_basis.h"
#include "core/engine/site_values.h"

#include <span>

namespace quantscope {

/// Whether a patch needs its donor's values; some controls do not.
bool needsDonor(const LanePatch& patch);

/// True at the positions named, bool [positions]; undefined where all are meant.
torch::Tensor positionMask(const PositionSet& set, std::int64_t positions);

/// The mask of some examples in a layer, bool [examples, positions].
torch::Tensor tokenMask(const TokenMask& mask, std::int64_t layer, std::int64_t firstExample,
                        std::int64_t examples);

/// Where a patched lane's values come from, in one block for one batch.
struct PatchSource {
    const LanePatch* patch = nullptr; ///< null: nothing is replaced
    torch::Tensor positions;          ///< bool [positions] or [examples, positions]; undefined: all
    const SiteValues* donor = nullptr;
    const Basis* donorBasis = nullptr;
    const ChannelMeans* means = nullptr; ///< for PatchControl::Mean
    std::uint64_t seed = 0;              ///< for PatchControl::Random
    std::int64_t layer = 0;
    std::span<const std::int64_t> examples; ///< numbers, in the study, of the batch's examples
};

/// Whether the lane's own values play no part, so that they need not be computed.
bool replacesAll(const PatchSource& source);

/// The value that a patched lane goes on with.
/// @param value  its own, [examples, positions, width], in its basis; may be undefined where
///               replacesAll()
/// @param basis  of the lane; null: the checkpoint's own
torch::Tensor patchedValue(const PatchSource& source, Site site, const torch::Tensor& value,
                           const Basis* basis);

} // namespace quantscope
