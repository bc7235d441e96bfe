#include "core/model/attention.h"
#include "core/model/block.h"
#include "core/model/site_announcer.h"

namespace quantscope {

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
    const std::span<const std::int64_t> lengths =
        watcher ? watcher->lengths() : std::span<const std::int64_t>();
    LayerInput ln1(announce(watcher, Site::Ln1, rmsNorm(residual, weights.ln1, config.normEpsilon)),
                   lengths);
    const torch::Tensor q = announce(watcher, Site::Q, applyLinear(weights.linear(Module::Q), ln1));
    const torch::Tensor k = announce(watcher, Site::K, applyLinear(weights.linear(Module::K), ln1));
    torch::Tensor v = announce(watcher, Site::V, applyLinear(weights.linear(Module::V), ln1));
    auto [queries, keys] = attentionHeads(config, weights, rotary, q, k);
    v = splitHeads(v, config.keyValueHeads, dimension);
    if (!weights.prefix.empty()) {
        const auto before = [examples](const torch::Tensor& values) {
            return values.unsqueeze(0).expand({examples, -1, -1, -1});
        };
        keys = torch::cat({before(weights.prefix.keys), keys}, 2);
        v = torch::cat({before(weights.prefix.values), v}, 2);
    }
    const std::int64_t share = config.heads / config.keyValueHeads;
    if (share > 1) {
        keys = keys.repeat_interleave(share, 1);
        v = v.repeat_interleave(share, 1);
    }
    const torch::Tensor scores = attentionProbabilities(config, layer, queries, keys);
    torch::Tensor heads = torch::matmul(scores, v); // [examples, heads, tokens, dimension]
    heads = heads.transpose(1, 2).reshape({examples, tokens, config.heads * dimension});
    LayerInput oInput(announce(watcher, Site::OInput, heads), lengths);
    const torch::Tensor attention =
        announce(watcher, Site::AttnOut, applyLinear(weights.linear(Module::O), oInput));
    const torch::Tensor middle = announce(watcher, Site::ResidMid, residual + attention);
    LayerInput ln2(announce(watcher, Site::Ln2, rmsNorm(middle, weights.ln2, config.normEpsilon)),
                   lengths);
    LayerInput ofGate(announce(watcher, Site::GateInput, ln2.value()), lengths);
    LayerInput& gateInput = ofGate.value().is_same(ln2.value()) ? ln2 : ofGate;
    const torch::Tensor gate = announce(
        watcher, Site::Gate, torch::silu(applyLinear(weights.linear(Module::Gate), gateInput)));
    const torch::Tensor up =
        announce(watcher, Site::Up, applyLinear(weights.linear(Module::Up), ln2));
    LayerInput product(announce(watcher, Site::DownInput, gate * up), lengths);
    const torch::Tensor down =
        announce(watcher, Site::Down, applyLinear(weights.linear(Module::Down), product));
    return announce(watcher, Site::ResidPost, middle + down);
}

} // namespace quantscope
