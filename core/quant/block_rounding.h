#pragma once

#include "core/quant/block_training.h"

namespace quantscope {

/// How a method rounds the matrices of one block, as a function of the matrices, so that another
/// method can train them beneath it.
class BlockRounding {
public:
    virtual ~BlockRounding() = default;

    /// What the method itself trains, as it is now. Leaves that require gradients.
    virtual std::vector<TrainedParameters> parameters() const { return {}; }

    /// Everything rounded, differentiable in the matrices and in the parameters.
    virtual BlockWeights rounded(const BlockWeights& weights) const = 0;

    /// The same as codes, with the parameters as they are.
    virtual QuantizedBlock quantized(const BlockWeights& weights, const Job& job) const = 0;
};

/// Matrices that are constant beneath a rounding: what is trained is the rounding's own.
class RoundedBlock final : public TrainableBlock {
public:
    RoundedBlock(const BlockRounding& rounding, const BlockWeights& weights)
        : m_rounding(rounding)
        , m_weights(weights) {}

    std::vector<TrainedParameters> parameters() const override { return m_rounding.parameters(); }
    BlockWeights weights() const override { return m_rounding.rounded(m_weights); }
    QuantizedBlock quantized(const Job& job) const override {
        return m_rounding.quantized(m_weights, job);
    }

private:
    const BlockRounding& m_rounding;
    const BlockWeights& m_weights;
};

} // namespace quantscope
