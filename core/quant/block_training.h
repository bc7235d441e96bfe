#pragma once

#include "core/quant/quantizer.h"

#include <vector>

namespace quantscope {

struct BlockTrainingOptions {
    int epochs = 1;
    std::int64_t batch = 1;   ///< examples a step
    std::int64_t samples = 0; ///< examples of the calibration text to train on; 0: all
    bool augmented = false;   ///< add the error against the full-precision block on the same input
    double lastRateShare = 1; ///< learning rates fall to this share along half a cosine
    double ownShare = 1;      ///< λ: of the block's own error, where training looks ahead
};

/// Parameters with one learning rate. Leaves that require gradients.
struct TrainedParameters {
    std::vector<torch::Tensor> values;
    double learningRate = 0;
};

/// A block with parameters, as a method quantizes it.
class TrainableBlock {
public:
    virtual ~TrainableBlock() = default;
    virtual std::vector<TrainedParameters> parameters() const = 0;
    /// Weights with everything rounded, differentiable in the parameters.
    virtual BlockWeights weights() const = 0;
    /// The parameters as they are, as codes.
    virtual QuantizedBlock quantized(const Job& job) const = 0;
    /// Constant blocks that its output is carried through, to train for what becomes of it there;
    /// at most as many as the task has ahead.
    virtual std::span<const BlockWeights> ahead() const { return {}; }
};

/// Trains a block's parameters with AdamW without decay, examples in their order, on the mean
/// squared difference between its output on the quantized chain's input and the full-precision
/// block's output on the full chain's. Where the block looks ahead, λ times that, plus the mean
/// squared difference behind the last block ahead: its output carried there against the full chain
/// carried through the full-precision blocks. The parameters end as they were where the loss over
/// all samples was lowest, the start included. Reports progress and stops on request within a step.
/// @return  that loss before training and after each epoch; NaN after the epoch that diverged
std::vector<double> trainBlock(const BlockTask& task, const TrainableBlock& block,
                               const BlockTrainingOptions& options);

/// trainBlock() and what it leads to: the block as codes, its losses beside them.
QuantizedBlock trainAndQuantize(const BlockTask& task, const TrainableBlock& block,
                                const BlockTrainingOptions& options);

/// Bytes that trainBlock() holds: inputs and targets, one step's activations, `trained` parameters
/// with gradients, moments and the best of them.
/// @param ahead  blocks looked through
std::uint64_t trainingBytes(const ModelConfig& config, std::int64_t calibrationTokens,
                            std::int64_t trained, const BlockTrainingOptions& options,
                            std::int64_t ahead = 0);

} // namespace quantscope
