#pragma once

#include "core/data/session_data.h"
#include "core/engine/lane_basis.h"
#include "core/engine/site_values.h"
#include "core/model/block.h"
#include "core/ranks/ranks.h"

#include <memory>
#include <span>
#include <vector>

namespace quantscope {

/// A lane without patches in one block, for one batch, with the reference beside it.
struct LaneBatch {
    std::int64_t batch = 0;
    std::int64_t firstExample = 0;
    std::span<const std::int64_t> lengths; ///< valid positions of each example
    std::size_t lane = 0;                  ///< 0: the reference itself
    const BlockWeights* weights = nullptr; ///< of the lane
    const Basis* basis = nullptr;          ///< of the lane; null: the checkpoint's
    const SiteValues* sites = nullptr;     ///< of the lane, in its basis
    const BlockWeights* referenceWeights = nullptr;
    const SiteValues* referenceSites = nullptr;

    /// A site of the lane in the checkpoint's basis, [examples, positions, width].
    torch::Tensor at(Site site) const { return inCheckpointBasis((*sites)[site], site, basis); }
    const torch::Tensor& reference(Site site) const { return (*referenceSites)[site]; }
};

/// A measurement that an ordinary study does not make, in one block. Batches come from several
/// threads, in any order; what is measured must not depend on it.
class BlockInstrument {
public:
    virtual ~BlockInstrument() = default;

    /// The sites it looks at, captured of every lane without patches.
    virtual SiteSet sites() const = 0;

    /// Called once for every batch and lane without patches.
    virtual void add(const LaneBatch& batch) = 0;

    /// Together: once all batches are added, the first rank gets what is not kept by example of all
    /// ranks' examples. Its part() then tells of all of them in arrays without a dimension
    /// "example", and of its own in the others.
    virtual void gather(Ranks& ranks) { (void)ranks; }

    /// Its arrays, those with a dimension "layer" with this one layer.
    virtual SessionData part() const = 0;
};

using BlockInstruments = std::vector<std::unique_ptr<BlockInstrument>>;

} // namespace quantscope
