#include "core/model/block.h"
#include "core/model/site_announcer.h"

#include <cmath>
#include <limits>

namespace quantscope {

namespace {

torch::Tensor linear(const LinearWeights& layer, const torch::Tensor& x) {
    return layer.bias.defined() ? at::linear(x, layer.weight, layer.bias)
                                : at::linear(x, layer.weight);
}

/// Heads to the front: [examples, tokens, heads · dimension] → [examples, heads, tokens, dimension]
torch::Tensor splitHeads(const torch::Tensor& x, std::int64_t heads, std::int64_t dimension) {
    return x.view({x.size(0), x.size(1), heads, dimension}).transpose(1, 2);
}

torch::Tensor rotated(const torch::Tensor& x, const RotaryTables& rotary) {
    const std::int64_t tokens = x.size(2);
    const std::int64_t half = x.size(3) / 2;
    const torch::Tensor turned =
        torch::cat({-x.slice(3, half), x.slice(3, 0, half)}, 3); // the other part of each pair
    return x * rotary.cosine.slice(0, 0, tokens) + turned * rotary.sine.slice(0, 0, tokens);
}

/// 0 where a position may look, −∞ where it may not. [tokens, tokens]
torch::Tensor causalMask(std::int64_t tokens, std::int64_t window, const torch::Tensor& like) {
    const float forbidden = -std::numeric_limits<float>::infinity();
    torch::Tensor mask = torch::full({tokens, tokens}, forbidden, like.options()).triu(1);
    if (window > 0)
        mask = mask + torch::full({tokens, tokens}, forbidden, like.options()).tril(-window);
    return mask;
}

} // namespace

torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& gamma, double epsilon) {
    return x * torch::rsqrt(x.square().mean(-1, true) + epsilon) * gamma;
}

torch::Tensor blockForward(const ModelConfig& config, std::int64_t layer,
                           const BlockWeights& weights, const RotaryTables& rotary,
                           const torch::Tensor& hidden, SiteWatcher* watcher) {
    const std::int64_t examples = hidden.size(0);
    const std::int64_t tokens = hidden.size(1);
    const std::int64_t dimension = config.headDimension;

    const torch::Tensor residual = announce(watcher, Site::ResidPre, hidden);
    const torch::Tensor ln1 =
        announce(watcher, Site::Ln1, rmsNorm(residual, weights.ln1, config.normEpsilon));
    torch::Tensor q = announce(watcher, Site::Q, linear(weights.linear(Module::Q), ln1));
    torch::Tensor k = announce(watcher, Site::K, linear(weights.linear(Module::K), ln1));
    torch::Tensor v = announce(watcher, Site::V, linear(weights.linear(Module::V), ln1));
    q = splitHeads(q, config.heads, dimension);         // [examples, heads, tokens, dimension]
    k = splitHeads(k, config.keyValueHeads, dimension); // [examples, keyValueHeads, …]
    v = splitHeads(v, config.keyValueHeads, dimension);
    if (weights.qNorm.defined()) {
        q = rmsNorm(q, weights.qNorm, config.normEpsilon);
        k = rmsNorm(k, weights.kNorm, config.normEpsilon);
    }
    q = rotated(q, rotary);
    k = rotated(k, rotary);
    const std::int64_t share = config.heads / config.keyValueHeads;
    if (share > 1) {
        k = k.repeat_interleave(share, 1);
        v = v.repeat_interleave(share, 1);
    }
    const std::int64_t window =
        config.slidingWindow.empty() ? 0 : config.slidingWindow[static_cast<std::size_t>(layer)];
    torch::Tensor scores = torch::matmul(q, k.transpose(2, 3)) / std::sqrt(double(dimension));
    scores = torch::softmax(scores + causalMask(tokens, window, scores), -1);
    torch::Tensor heads = torch::matmul(scores, v); // [examples, heads, tokens, dimension]
    heads = heads.transpose(1, 2).reshape({examples, tokens, config.heads * dimension});
    heads = announce(watcher, Site::OInput, heads);
    const torch::Tensor attention =
        announce(watcher, Site::AttnOut, linear(weights.linear(Module::O), heads));
    const torch::Tensor middle = announce(watcher, Site::ResidMid, residual + attention);
    const torch::Tensor ln2 =
        announce(watcher, Site::Ln2, rmsNorm(middle, weights.ln2, config.normEpsilon));
    const torch::Tensor gateInput = announce(watcher, Site::GateInput, ln2);
    const torch::Tensor gate =
        announce(watcher, Site::Gate, torch::silu(linear(weights.linear(Module::Gate), gateInput)));
    const torch::Tensor up = announce(watcher, Site::Up, linear(weights.linear(Module::Up), ln2));
    const torch::Tensor product = announce(watcher, Site::DownInput, gate * up);
    const torch::Tensor down =
        announce(watcher, Site::Down, linear(weights.linear(Module::Down), product));
    return announce(watcher, Site::ResidPost, middle + down);
}

} // namespace quantscope
