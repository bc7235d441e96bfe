#include "core/kernels/kernels.h"
#include "core/model/block.h"
#include "core/model/site_announcer.h"

namespace quantscope {

namespace {

/// Replaced values may be views; the kernels want plain rows.
torch::Tensor announceRows(SiteWatcher* watcher, Site site, const torch::Tensor& value) {
    return announce(watcher, site, value).contiguous();
}

torch::Tensor linear(const LinearWeights& layer, const torch::Tensor& x) {
    const std::int64_t rows = x.size(0) * x.size(1);
    const torch::Tensor flat = x.view({rows, x.size(2)});
    const torch::Tensor out = layer.bias.defined() ? at::addmm(layer.bias, flat, layer.weight.t())
                                                   : at::mm(flat, layer.weight.t());
    return out.view({x.size(0), x.size(1), layer.weight.size(0)});
}

torch::Tensor normed(const torch::Tensor& x, const torch::Tensor& gamma, double epsilon) {
    torch::Tensor out = torch::empty_like(x);
    const std::int64_t width = gamma.size(0);
    kernels::rmsNorm(x.data_ptr<float>(), gamma.data_ptr<float>(), float(epsilon),
                     x.numel() / width, width, out.data_ptr<float>());
    return out;
}

/// Rotates in place, or in a copy where a watcher may still hold the value.
torch::Tensor rotated(torch::Tensor x, bool shared, const RotaryTables& rotary, std::int64_t heads,
                      std::int64_t dimension) {
    if (shared)
        x = x.clone();
    kernels::rotate(x.data_ptr<float>(), rotary.cosine.data_ptr<float>(),
                    rotary.sine.data_ptr<float>(), x.size(0), x.size(1), heads, dimension);
    return x;
}

} // namespace

torch::Tensor blockForwardInference(const ModelConfig& config, std::int64_t layer,
                                    const BlockWeights& weights, const RotaryTables& rotary,
                                    const torch::Tensor& hidden, SiteWatcher* watcher) {
    const auto watched = [watcher](Site site) { return watcher && watcher->wants(site); };
    const std::int64_t dimension = config.headDimension;

    const torch::Tensor residual = announceRows(watcher, Site::ResidPre, hidden);
    const torch::Tensor ln1 =
        announceRows(watcher, Site::Ln1, normed(residual, weights.ln1, config.normEpsilon));
    torch::Tensor q = announceRows(watcher, Site::Q, linear(weights.linear(Module::Q), ln1));
    torch::Tensor k = announceRows(watcher, Site::K, linear(weights.linear(Module::K), ln1));
    const torch::Tensor v = announceRows(watcher, Site::V, linear(weights.linear(Module::V), ln1));
    bool qShared = watched(Site::Q);
    bool kShared = watched(Site::K);
    if (weights.qNorm.defined()) {
        q = normed(q, weights.qNorm, config.normEpsilon); // [examples, tokens, heads · dimension]
        k = normed(k, weights.kNorm, config.normEpsilon);
        qShared = kShared = false;
    }
    q = rotated(q, qShared, rotary, config.heads, dimension);
    k = rotated(k, kShared, rotary, config.keyValueHeads, dimension);

    torch::Tensor heads = torch::empty_like(q);
    kernels::AttentionShape shape;
    shape.examples = hidden.size(0);
    shape.tokens = hidden.size(1);
    shape.heads = config.heads;
    shape.keyValueHeads = config.keyValueHeads;
    shape.dimension = dimension;
    shape.window =
        config.slidingWindow.empty() ? 0 : config.slidingWindow[static_cast<std::size_t>(layer)];
    kernels::causalAttention(shape, q.data_ptr<float>(), k.data_ptr<float>(), v.data_ptr<float>(),
                             heads.data_ptr<float>());
    heads = announceRows(watcher, Site::OInput, heads);
    const torch::Tensor attention =
        announceRows(watcher, Site::AttnOut, linear(weights.linear(Module::O), heads));
    const torch::Tensor middle = announceRows(watcher, Site::ResidMid, residual + attention);
    const torch::Tensor ln2 =
        announceRows(watcher, Site::Ln2, normed(middle, weights.ln2, config.normEpsilon));
    const torch::Tensor gateInput = announceRows(watcher, Site::GateInput, ln2);
    torch::Tensor gate = linear(weights.linear(Module::Gate), gateInput);
    kernels::silu(gate.data_ptr<float>(), gate.numel());
    gate = announceRows(watcher, Site::Gate, gate);
    const torch::Tensor up =
        announceRows(watcher, Site::Up, linear(weights.linear(Module::Up), ln2));
    // The product overwrites `gate` where nobody else holds it: one buffer of MLP width less.
    torch::Tensor product = watched(Site::Gate) ? torch::empty_like(gate) : gate;
    kernels::multiply(gate.data_ptr<float>(), up.data_ptr<float>(), gate.numel(),
                      product.data_ptr<float>());
    product = announceRows(watcher, Site::DownInput, product);
    const torch::Tensor down =
        announceRows(watcher, Site::Down, linear(weights.linear(Module::Down), product));
    return announceRows(watcher, Site::ResidPost, middle + down);
}

} // namespace quantscope
