#pragma once

#include "core/quant/quantizer.h"

namespace quantscope {

/// The basis of a block that was quantized elsewhere, with how far it can be trusted.
struct RecoveredBasis {
    Basis basis;
    /// By the site that a matrix reads (Ln1, OInput, Ln2, DownInput): root mean square over
    /// channels of ln(scale in the basis / scale that the matrices' columns show). Quantization
    /// alone leaves some hundredths; NaN where no column shows anything.
    std::map<Site, double> misfit;
    std::map<int, double> expertMisfit; ///< the same of what the down projection of an expert reads

    double misfitOf(Module module) const;
};

/// Finds what was folded into a block (AWQ and its kin): the diagonal maps from its inner
/// activations to those of the full-precision block that it was made of.
/// At norms the map is exact, γ / γ of the lane; it is taken where the columns of the matrices
/// behind the norm were scaled to match, else the norm itself was changed and nothing is folded.
/// Between v and o, and between up and down, the scale of a channel is the geometric mean of what
/// least squares find in the rows before and in the columns behind it; it is taken where both tell
/// of more than their own noise.
/// @param reference, lane  the same block in full precision and as it was imported
RecoveredBasis recoverBasis(const ModelConfig& config, const BlockWeights& reference,
                            const BlockWeights& lane);

} // namespace quantscope
