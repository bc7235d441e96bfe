#include "core/checkpoint/model_shape.h"
#include "core/model/attention.h"
#include "core/model/block_pass.h"
#include "core/model/row_products.h"
#include "core/model/tensor_kernels.h"

#include <cmath>

namespace quantscope {

namespace {

/// Fused kernels where there are some, torch's operations for what few families have.
struct FusedOperations {
    /// Replaced values may be views; the kernels want plain rows.
    static torch::Tensor rows(const torch::Tensor& x) { return x.contiguous(); }

    static torch::Tensor norm(const ModelConfig& config, const torch::Tensor& x,
                              const NormWeights& weights) {
        if (!weights.defined())
            return x;
        return config.normKind == NormKind::Rms
                   ? kernels::rmsNorm(x, weights.scale, config.normEpsilon)
                   : quantscope::norm(config, x, weights);
    }

    /// The same products as applyLinear(), by the calls that are quickest on plain rows.
    static torch::Tensor linear(const LinearWeights& layer, LayerInput& input) {
        if (!layer.output.empty())
            return applyLinear(layer, input).contiguous();
        const torch::Tensor x = input.as(layer).contiguous();
        const std::int64_t rows = x.size(0) * x.size(1);
        const torch::Tensor flat = x.view({rows, x.size(2)});
        return rowProduct(flat, layer.weight, layer.bias)
            .view({x.size(0), x.size(1), layer.weight.size(0)});
    }

    static torch::Tensor activate(const ModelConfig& config, torch::Tensor x) {
        if (config.activation == Activation::Relu)
            return x.relu_();
        if (config.activation != Activation::Silu)
            return activation(config, x);
        kernels::silu(x);
        return x;
    }

    static torch::Tensor product(const torch::Tensor& gate, const torch::Tensor& up) {
        torch::Tensor product = torch::empty_like(gate);
        kernels::multiply(gate, up, product);
        return product;
    }

    /// Overwrites the gate: one pass and one buffer of MLP width less.
    static torch::Tensor activatedProduct(const ModelConfig& config, torch::Tensor gate,
                                          const torch::Tensor& up) {
        if (config.activation == Activation::Silu) {
            kernels::siluMultiply(gate, up);
            return gate;
        }
        gate = activate(config, gate);
        kernels::multiply(gate, up, gate);
        return gate;
    }

    static torch::Tensor attend(const AttentionStep& step, const torch::Tensor& q,
                                const torch::Tensor& k, const torch::Tensor& v);

private:
    static bool rotatesWhole(const ModelConfig& config) {
        return config.learnedPositions == 0 && !config.rotaryInterleaved &&
               rotaryWidth(config) == config.headDimension;
    }

    /// Rotates in place, or in a copy where a watcher may still hold the value. Cached rows have a
    /// table entry for each token of all rows, which then are one long row to the kernel.
    static torch::Tensor rotated(torch::Tensor x, bool keep, const AttentionStep& step,
                                 std::int64_t heads) {
        if (keep)
            x = x.clone();
        torch::Tensor rows = step.cached ? asOneRow(x) : x;
        kernels::rotate(rows, step.rotary.cosine, step.rotary.sine, heads,
                        step.config.headDimension);
        return x;
    }

    /// [rows, heads, tokens, dimension] → the shape of the projection that they came from
    static torch::Tensor headsBehind(const torch::Tensor& x, const torch::Tensor& like) {
        return x.transpose(1, 2).reshape(like.sizes());
    }
    static torch::Tensor asOneRow(const torch::Tensor& x) {
        return x.view({1, x.size(0) * x.size(1), x.size(2)});
    }
};

torch::Tensor FusedOperations::attend(const AttentionStep& step, const torch::Tensor& q,
                                      const torch::Tensor& k, const torch::Tensor& v) {
    const ModelConfig& config = step.config;
    const BlockWeights& weights = step.weights;
    torch::Tensor queries = q;
    torch::Tensor keys = k;
    bool keepQ = step.keepQ;
    bool keepK = step.keepK;
    if (config.attentionCap > 0 && !step.cached)
        return attentionOutput(config, step.layer,
                               attentionHeads(config, weights, step.rotary, q, k), v,
                               weights.prefix);
    if (rotatesWhole(config) && config.normKind == NormKind::Rms) {
        if (weights.qNorm.defined()) {
            queries = kernels::rmsNorm(queries, weights.qNorm,
                                       config.normEpsilon); // [examples, tokens, heads · dimension]
            keys = kernels::rmsNorm(keys, weights.kNorm, config.normEpsilon);
            keepQ = keepK = false;
        }
        queries = rotated(queries, keepQ, step, config.heads);
        keys = rotated(keys, keepK, step, config.keyValueHeads);
    } else if (config.learnedPositions == 0 || weights.qNorm.defined()) {
        const AttentionHeads heads =
            attentionHeads(config, weights, step.rotary, step.cached ? asOneRow(q) : q,
                           step.cached ? asOneRow(k) : k);
        queries = headsBehind(heads.q, q);
        keys = headsBehind(heads.k, k);
    }
    if (config.attentionScale) // the kernel divides by √dimension
        queries = queries * (*config.attentionScale * std::sqrt(double(config.headDimension)));

    kernels::AttentionShape shape;
    shape.examples = q.size(0);
    shape.tokens = q.size(1);
    shape.heads = config.heads;
    shape.keyValueHeads = config.keyValueHeads;
    shape.dimension = config.headDimension;
    shape.window = config.slidingWindow.empty()
                       ? 0
                       : config.slidingWindow[static_cast<std::size_t>(step.layer)];
    shape.prefix = weights.prefix.tokens();
    return step.cached ? cachedAttention(shape, queries, keys, v, *step.cached, weights.prefix,
                                         config.attentionCap)
                       : wholeAttention(shape, queries, keys, v, weights.prefix);
}

} // namespace

torch::Tensor blockForwardInference(const ModelConfig& config, std::int64_t layer,
                                    const BlockWeights& weights, const RotaryTables& rotary,
                                    const torch::Tensor& hidden, SiteWatcher* watcher) {
    return BlockPass<FusedOperations>(config, layer, weights, rotary, watcher).run(hidden);
}

torch::Tensor blockForwardCached(const ModelConfig& config, std::int64_t layer,
                                 const BlockWeights& weights, const RotaryTables& rotary,
                                 const torch::Tensor& hidden, const CachedRows& rows,
                                 SiteWatcher* watcher) {
    const torch::Tensor positions = nextPositions(rows, hidden.size(1), hidden.device());
    const auto at = [&positions](const torch::Tensor& table) {
        return table.defined() ? table.index_select(0, positions) : table;
    };
    const RotaryTables tables{at(rotary.cosine), at(rotary.sine), at(rotary.slidingCosine),
                              at(rotary.slidingSine)};
    return BlockPass<FusedOperations>(config, layer, weights, tables, watcher, &rows).run(hidden);
}

torch::Tensor mlpForwardInference(const ModelConfig& config, std::int64_t layer,
                                  const BlockWeights& weights, const torch::Tensor& ln2) {
    const RotaryTables none;
    return BlockPass<FusedOperations>(config, layer, weights, none, nullptr).mlp(ln2.contiguous());
}

} // namespace quantscope
