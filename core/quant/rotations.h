#pragma once

#include "core/quant/block_transform.h"

#include <cstdint>

namespace quantscope {

/// Rotations of a block by Hadamard matrices that leave its output as it is (QuaRot, Ashkboos et
/// al. 2024, arXiv 2404.00456). Where no Hadamard matrix of a width is known, runs of channels of
/// the largest order that divides it are turned by themselves, see hadamardOrder().
struct RotationOptions {
    std::uint64_t seed = 0;  ///< of the signs of the residual stream's rotation
    bool residual = true;    ///< the residual stream, with norm gains folded into what follows
    bool heads = true;       ///< values and the input of o within each head
    bool acrossHeads = true; ///< the input of o across heads as well, online
    bool mlp = true;         ///< the input of the down projection, online
};

/// The layers' maps and the folded gains. The residual stream itself is left where it is: an RMS
/// norm and sums commute with a rotation, so it is enough to turn the norms' outputs before they
/// are multiplied and to turn the products of o and down back. Values and sites are those of the
/// model with the rotated stream, in the checkpoint's channels. Where a norm subtracts a mean or
/// stands behind a module it does not commute; the layers turn what they read and give all the
/// same, which leaves the block's output as it is.
BlockTransform hadamardRotation(const ModelConfig& config, const BlockWeights& weights,
                                const RotationOptions& options);

/// ±1 for each channel, by the high bits of a SplitMix sequence. f32 [width]
torch::Tensor randomSigns(std::int64_t width, std::uint64_t seed);

} // namespace quantscope
