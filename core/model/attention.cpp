#include "core/model/attention.h"

#include <cmath>
#include <limits>

namespace quantscope {

namespace {

torch::Tensor rotated(const torch::Tensor& x, const RotaryTables& rotary) {
    const std::int64_t tokens = x.size(2);
    const std::int64_t half = x.size(3) / 2;
    const torch::Tensor turned =
        torch::cat({-x.slice(3, half), x.slice(3, 0, half)}, 3); // the other part of each pair
    return x * rotary.cosine.slice(0, 0, tokens) + turned * rotary.sine.slice(0, 0, tokens);
}

/// 0 where a position may look, −∞ where it may not. [tokens, prefix + tokens]
torch::Tensor causalMask(std::int64_t tokens, std::int64_t prefix, std::int64_t window,
                         const torch::Tensor& like) {
    const float forbidden = -std::numeric_limits<float>::infinity();
    const torch::Tensor all = torch::full({tokens, prefix + tokens}, forbidden, like.options());
    torch::Tensor mask = all.triu(prefix + 1);
    if (window > 0)
        mask = mask + all.tril(prefix - window);
    return mask;
}

} // namespace

torch::Tensor splitHeads(const torch::Tensor& x, std::int64_t heads, std::int64_t dimension) {
    return x.view({x.size(0), x.size(1), heads, dimension}).transpose(1, 2);
}

AttentionHeads attentionHeads(const ModelConfig& config, const BlockWeights& weights,
                              const RotaryTables& rotary, const torch::Tensor& q,
                              const torch::Tensor& k) {
    torch::Tensor queries = splitHeads(q, config.heads, config.headDimension);
    torch::Tensor keys = splitHeads(k, config.keyValueHeads, config.headDimension);
    if (weights.qNorm.defined()) {
        queries = rmsNorm(queries, weights.qNorm, config.normEpsilon);
        keys = rmsNorm(keys, weights.kNorm, config.normEpsilon);
    }
    return {rotated(queries, rotary), rotated(keys, rotary)};
}

torch::Tensor prefixKeys(const ModelConfig& config, const BlockWeights& weights,
                         const torch::Tensor& k) {
    const std::int64_t tokens = k.size(0);
    torch::Tensor keys = splitHeads(k.unsqueeze(0), config.keyValueHeads, config.headDimension);
    if (weights.kNorm.defined())
        keys = rmsNorm(keys, weights.kNorm, config.normEpsilon);
    // Position −i is turned the other way from position i.
    const RotaryTables ahead = makeRotaryTables(config, tokens + 1);
    const RotaryTables behind{ahead.cosine.slice(0, 1).flip(0), -ahead.sine.slice(0, 1).flip(0)};
    return rotated(keys, behind)[0].contiguous();
}

torch::Tensor attentionProbabilities(const ModelConfig& config, std::int64_t layer,
                                     const torch::Tensor& q, const torch::Tensor& k) {
    const std::int64_t window =
        config.slidingWindow.empty() ? 0 : config.slidingWindow[static_cast<std::size_t>(layer)];
    const torch::Tensor scores =
        torch::matmul(q, k.transpose(-2, -1)) / std::sqrt(double(config.headDimension));
    return torch::softmax(scores + causalMask(q.size(-2), k.size(-2) - q.size(-2), window, scores),
                          -1);
}

} // namespace quantscope
