#pragma once

#include <torch/types.h>

#include <vector>

namespace quantscope::demo {

struct AdamOptions {
    double beta1 = 0.9;
    double beta2 = 0.98;
    double epsilon = 1e-9;
    double weightDecay = 0.05; ///< on matrices, not on norms (decoupled, arXiv 1711.05101)
    double maximumNorm = 1;    ///< gradients longer than this together are scaled down
};

/// AdamW with clipping of the gradient's norm.
class Adam {
public:
    explicit Adam(std::vector<torch::Tensor> weights, AdamOptions options = {});

    /// @param gradients  one per weight; changed.
    /// @return           norm of all gradients before clipping.
    double step(std::vector<torch::Tensor>& gradients, double learningRate);

private:
    struct State {
        torch::Tensor weight;
        torch::Tensor mean;
        torch::Tensor square;
    };

    std::vector<State> m_states;
    AdamOptions m_options;
    std::int64_t m_steps = 0;
};

} // namespace quantscope::demo
