#pragma once

#include "core/quant/block_training.h"

namespace quantscope {

/// OmniQuant's learnable equivalent transformation of a block: channel scales between a norm and
/// what reads it, between v and o, and between q and k, folded into the neighbours (Shao et al.
/// 2023, arXiv 2308.13137, equations 3 to 5, without shifts). Where queries share keys and values,
/// v and o have no scale; where q and k are normed, they have none either, nor what reads the
/// residual stream without a norm of its own. The two dimensions that a rotation turns into each
/// other share a scale, so that the fold is exact.
class LearnedTransformation {
public:
    /// Scales start at max|x|^α / max|w|^(1 − α) by channel, those of q and k at 1.
    /// @param task  its full chain tells max|x|
    LearnedTransformation(const BlockTask& task, double alpha);

    std::vector<torch::Tensor> parameters() const;

    /// What is folded at each site, differentiable in the parameters.
    Basis basis() const;

private:
    const ModelConfig& m_config;
    bool m_hasGate; ///< of the whole block: experts have theirs
    std::map<Site, torch::Tensor> m_inputScales; // f32 [width] by the input of the matrices
    torch::Tensor m_queryKeyScale;               // f32 [keyValueHeads, free dimensions]
    torch::Tensor m_queryKeyPlace;               // i64 [headDimension]: the scale of each dimension
};

} // namespace quantscope
