#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/quant/quantizer.h"

namespace quantscope {

/// A quantized block, ready to compute with.
struct MethodBlock {
    BlockWeights weights;
    Basis basis;
};

/// Where the blocks of a quantized lane come from: the packed codes of a method that quantized
/// here, or a checkpoint that was quantized elsewhere. Nothing else of the engine knows which.
class BlockSource {
public:
    virtual ~BlockSource() = default;

    /// A block of a layer that is quantized. The same call gives the same bits every time.
    /// @param reference  the full-precision block, whose tensors may be shared
    virtual MethodBlock block(std::int64_t layer, const BlockWeights& reference) const = 0;

    /// The checkpoint whose embedding, final norm and output matrix belong to the lane; null: the
    /// reference's.
    virtual const Checkpoint* ownEnds() const { return nullptr; }
};

} // namespace quantscope
