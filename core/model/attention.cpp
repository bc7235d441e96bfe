#include "core/model/attention.h"

#include <cmath>
#include <limits>

namespace quantscope {

namespace {

/// The other part of each pair, with the sign that it turns in by.
torch::Tensor otherParts(const torch::Tensor& x, bool interleaved) {
    const std::int64_t half = x.size(3) / 2;
    if (!interleaved)
        return torch::cat({-x.slice(3, half), x.slice(3, 0, half)}, 3);
    const std::int64_t end = x.size(3);
    return torch::stack({-x.slice(3, 1, end, 2), x.slice(3, 0, end, 2)}, -1).flatten(-2);
}

torch::Tensor rotated(const ModelConfig& config, const torch::Tensor& x,
                      const RotaryTables& rotary) {
    if (!rotary.cosine.defined())
        return x;
    const std::int64_t tokens = x.size(2);
    const std::int64_t width = rotary.cosine.size(1);
    const bool isPart = width < x.size(3);
    const torch::Tensor turning = isPart ? x.slice(3, 0, width) : x;
    const torch::Tensor turned = otherParts(turning, config.rotaryInterleaved);
    const torch::Tensor whole =
        turning * rotary.cosine.slice(0, 0, tokens) + turned * rotary.sine.slice(0, 0, tokens);
    return isPart ? torch::cat({whole, x.slice(3, width)}, 3) : whole;
}

/// Norm of each head. @param weight  [dimension] or [heads, dimension]
torch::Tensor headNorm(const ModelConfig& config, const torch::Tensor& x,
                       const torch::Tensor& weight) {
    const torch::Tensor scale = weight.dim() == 2 ? weight.unsqueeze(1) : weight;
    if (config.normKind == NormKind::Rms)
        return rmsNorm(x, scale, config.normEpsilon);
    const torch::Tensor centred = x - x.mean(-1, true);
    return rmsNorm(centred, scale, config.normEpsilon);
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
    const bool isWhole = config.queryKeyNorm == QueryKeyNorm::Projection;
    torch::Tensor queries = splitHeads(isWhole ? norm(config, q, {weights.qNorm, {}}) : q,
                                       config.heads, config.headDimension);
    torch::Tensor keys = splitHeads(isWhole ? norm(config, k, {weights.kNorm, {}}) : k,
                                    config.keyValueHeads, config.headDimension);
    if (weights.qNorm.defined() && !isWhole) {
        queries = headNorm(config, queries, weights.qNorm);
        keys = headNorm(config, keys, weights.kNorm);
    }
    return {rotated(config, queries, rotary), rotated(config, keys, rotary)};
}

torch::Tensor attentionOutput(const ModelConfig& config, std::int64_t layer,
                              const AttentionHeads& heads, const torch::Tensor& v,
                              const AttentionPrefix& prefix) {
    torch::Tensor keys = heads.k;
    torch::Tensor values = splitHeads(v, config.keyValueHeads, config.headDimension);
    if (!prefix.empty()) {
        const auto before = [&v](const torch::Tensor& rows) {
            return rows.unsqueeze(0).expand({v.size(0), -1, -1, -1});
        };
        keys = torch::cat({before(prefix.keys), keys}, 2);
        values = torch::cat({before(prefix.values), values}, 2);
    }
    const std::int64_t share = config.heads / config.keyValueHeads;
    if (share > 1) {
        keys = keys.repeat_interleave(share, 1);
        values = values.repeat_interleave(share, 1);
    }
    const torch::Tensor scores = attentionProbabilities(config, layer, heads.q, keys);
    const torch::Tensor mixed = torch::matmul(scores, values); // [examples, heads, tokens, dim.]
    return mixed.transpose(1, 2).reshape(
        {v.size(0), v.size(1), config.heads * config.headDimension});
}

torch::Tensor prefixKeys(const ModelConfig& config, const BlockWeights& weights,
                         const torch::Tensor& k) {
    const std::int64_t tokens = k.size(0);
    torch::Tensor keys = splitHeads(k.unsqueeze(0), config.keyValueHeads, config.headDimension);
    if (weights.kNorm.defined())
        keys = rmsNorm(keys, weights.kNorm, config.normEpsilon);
    // Position −i is turned the other way from position i.
    const RotaryTables ahead = makeRotaryTables(config, tokens + 1);
    const RotaryTables behind{
        ahead.cosine.slice(0, 1).flip(0), -ahead.sine.slice(0, 1).flip(0), {}, {}};
    return rotated(config, keys, behind)[0].contiguous();
}

torch::Tensor attentionProbabilities(const ModelConfig& config, std::int64_t layer,
                                     const torch::Tensor& q, const torch::Tensor& k) {
    const std::int64_t window =
        config.slidingWindow.empty() ? 0 : config.slidingWindow[static_cast<std::size_t>(layer)];
    torch::Tensor scores = torch::matmul(q, k.transpose(-2, -1));
    scores = config.attentionScale ? scores * *config.attentionScale
                                   : scores / std::sqrt(double(config.headDimension));
    if (config.attentionCap > 0)
        scores = torch::tanh(scores / config.attentionCap) * config.attentionCap;
    return torch::softmax(scores + causalMask(q.size(-2), k.size(-2) - q.size(-2), window, scores),
                          -1);
}

} // namespace quantscope
