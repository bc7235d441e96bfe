#include "core/model/attention.h"
#include "core/model/block_pass.h"

namespace quantscope {

namespace {

/// Differentiable torch operations.
struct PlainOperations {
    static torch::Tensor rows(const torch::Tensor& x) { return x; }

    static torch::Tensor norm(const ModelConfig& config, const torch::Tensor& x,
                              const NormWeights& weights) {
        return weights.defined() ? quantscope::norm(config, x, weights) : x;
    }

    static torch::Tensor linear(const LinearWeights& layer, LayerInput& input) {
        return applyLinear(layer, input);
    }

    static torch::Tensor activate(const ModelConfig& config, const torch::Tensor& x) {
        return activation(config, x);
    }

    static torch::Tensor product(const torch::Tensor& gate, const torch::Tensor& up) {
        return gate * up;
    }
    static torch::Tensor activatedProduct(const ModelConfig& config, const torch::Tensor& gate,
                                          const torch::Tensor& up) {
        return activation(config, gate) * up;
    }

    static torch::Tensor attend(const AttentionStep& step, const torch::Tensor& q,
                                const torch::Tensor& k, const torch::Tensor& v) {
        return attentionOutput(step.config, step.layer,
                               attentionHeads(step.config, step.weights, step.rotary, q, k), v,
                               step.weights.prefix);
    }
};

} // namespace

std::vector<Module> BlockWeights::modules() const {
    std::vector<Module> all;
    for (std::size_t index = 0; index < linears.size(); ++index)
        if (linears[index].weight.defined())
            all.push_back(static_cast<Module>(index));
    return all;
}

torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& gamma, double epsilon) {
    return x * torch::rsqrt(x.square().mean(-1, true) + epsilon) * gamma;
}

torch::Tensor norm(const ModelConfig& config, const torch::Tensor& x, const NormWeights& weights) {
    return config.normKind == NormKind::Rms
               ? rmsNorm(x, weights.scale, config.normEpsilon)
               : at::layer_norm(x, {x.size(-1)}, weights.scale, weights.shift, config.normEpsilon);
}

torch::Tensor activation(const ModelConfig& config, const torch::Tensor& x) {
    switch (config.activation) {
    case Activation::Silu:
        return torch::silu(x);
    case Activation::Relu:
        return torch::relu(x);
    case Activation::Gelu:
        return at::gelu(x, "none");
    case Activation::GeluTanh:
        return at::gelu(x, "tanh");
    }
    return x;
}

torch::Tensor mlpProduct(const ModelConfig& config, const torch::Tensor& gate,
                         const torch::Tensor& up) {
    return gate.defined() ? activation(config, gate) * up : activation(config, up);
}

torch::Tensor blockForward(const ModelConfig& config, std::int64_t layer,
                           const BlockWeights& weights, const RotaryTables& rotary,
                           const torch::Tensor& hidden, SiteWatcher* watcher) {
    return BlockPass<PlainOperations>(config, layer, weights, rotary, watcher).run(hidden);
}

} // namespace quantscope
