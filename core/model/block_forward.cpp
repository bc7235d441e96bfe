#include "core/model/attention.h"
#include "core/model/block.h"
#include "core/model/site_announcer.h"

namespace quantscope {

namespace {

torch::Tensor linear(const LinearWeights& layer, const torch::Tensor& x) {
    return layer.bias.defined() ? at::linear(x, layer.weight, layer.bias)
                                : at::linear(x, layer.weight);
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
    const torch::Tensor q = announce(watcher, Site::Q, linear(weights.linear(Module::Q), ln1));
    const torch::Tensor k = announce(watcher, Site::K, linear(weights.linear(Module::K), ln1));
    torch::Tensor v = announce(watcher, Site::V, linear(weights.linear(Module::V), ln1));
    auto [queries, keys] = attentionHeads(config, weights, rotary, q, k);
    v = splitHeads(v, config.keyValueHeads, dimension);
    const std::int64_t share = config.heads / config.keyValueHeads;
    if (share > 1) {
        keys = keys.repeat_interleave(share, 1);
        v = v.repeat_interleave(share, 1);
    }
    const torch::Tensor scores = attentionProbabilities(config, layer, queries, keys);
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
