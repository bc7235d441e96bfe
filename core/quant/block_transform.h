#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// How a method changes a block before it rounds the matrices; what comes out of the block stays
/// the same but for the rounding of inputs.
struct BlockTransform {
    Basis basis;                             ///< scales folded into neighbours
    std::map<Site, InputTransform> inputs;   ///< as QuantizedBlock::inputs
    std::map<Module, OrthogonalMap> outputs; ///< as QuantizedBlock::outputs
    AttentionPrefix prefix;                  ///< keys and values before the text
};

/// The full-precision block so transformed.
/// @param roundInputs  false: inputs are turned but not rounded, so that outputs stay the same
BlockWeights transformBlock(const BlockWeights& weights, const BlockTransform& transform,
                            bool roundInputs);

/// A quantized block with everything but its matrices.
QuantizedBlock withoutMatrices(const BlockWeights& weights, const BlockTransform& transform);

/// Gives every rounded input that is to have a static scale the one that covers
/// what calibration text brings there: the least and the largest value after the block's folding
/// and turning.
/// @param transform  inputs of Scope::Tensor get their scale and zero point
void calibrateStaticScales(const BlockTask& task, const CalibrationStream& stream,
                           BlockTransform& transform);

} // namespace quantscope
