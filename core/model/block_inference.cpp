#include "core/model/block.h"
#include "core/model/cached_attention.h"
#include "core/model/site_announcer.h"
#include "core/model/tensor_kernels.h"

namespace quantscope {

namespace {

/// Replaced values may be views; the kernels want plain rows.
torch::Tensor announceRows(SiteWatcher* watcher, Site site, const torch::Tensor& value) {
    return announce(watcher, site, value).contiguous();
}

/// The same products as applyLinear(), by the calls that are quickest on plain rows.
torch::Tensor linear(const LinearWeights& layer, LayerInput& input) {
    if (!layer.output.empty())
        return applyLinear(layer, input).contiguous();
    const torch::Tensor x = input.as(layer).contiguous();
    const std::int64_t rows = x.size(0) * x.size(1);
    const torch::Tensor flat = x.view({rows, x.size(2)});
    const torch::Tensor out = layer.bias.defined() ? at::addmm(layer.bias, flat, layer.weight.t())
                                                   : at::mm(flat, layer.weight.t());
    return out.view({x.size(0), x.size(1), layer.weight.size(0)});
}

/// Where the tables of a rotation are from: a row's own positions, or one entry for each token of
/// all rows, which then are one long row to the kernel.
enum class Positions { Shared, OfEachToken };

/// Rotates in place, or in a copy where a watcher may still hold the value.
torch::Tensor rotated(torch::Tensor x, bool shared, const RotaryTables& rotary, Positions positions,
                      std::int64_t heads, std::int64_t dimension) {
    if (shared)
        x = x.clone();
    torch::Tensor rows =
        positions == Positions::OfEachToken ? x.view({1, x.size(0) * x.size(1), x.size(2)}) : x;
    kernels::rotate(rows, rotary.cosine, rotary.sine, heads, dimension);
    return x;
}

kernels::AttentionShape attentionShape(const ModelConfig& config, std::int64_t layer,
                                       const BlockWeights& weights, const torch::Tensor& hidden) {
    kernels::AttentionShape shape;
    shape.prefix = weights.prefix.tokens();
    shape.examples = hidden.size(0);
    shape.tokens = hidden.size(1);
    shape.heads = config.heads;
    shape.keyValueHeads = config.keyValueHeads;
    shape.dimension = config.headDimension;
    shape.window =
        config.slidingWindow.empty() ? 0 : config.slidingWindow[static_cast<std::size_t>(layer)];
    return shape;
}

/// The tables' rows at the positions of the new tokens.
RotaryTables tablesAt(const RotaryTables& rotary, const torch::Tensor& positions) {
    return {rotary.cosine.index_select(0, positions), rotary.sine.index_select(0, positions)};
}

/// @param cached  null: every row is whole
torch::Tensor forward(const ModelConfig& config, std::int64_t layer, const BlockWeights& weights,
                      const RotaryTables& rotary, const torch::Tensor& hidden,
                      const CachedRows* cached, SiteWatcher* watcher) {
    const auto watched = [watcher](Site site) { return watcher && watcher->wants(site); };
    const std::int64_t dimension = config.headDimension;

    const torch::Tensor residual = announceRows(watcher, Site::ResidPre, hidden);
    const std::span<const std::int64_t> lengths =
        watcher ? watcher->lengths() : std::span<const std::int64_t>();
    LayerInput ln1(announceRows(watcher, Site::Ln1,
                                kernels::rmsNorm(residual, weights.ln1, config.normEpsilon)),
                   lengths);
    torch::Tensor q = announceRows(watcher, Site::Q, linear(weights.linear(Module::Q), ln1));
    torch::Tensor k = announceRows(watcher, Site::K, linear(weights.linear(Module::K), ln1));
    torch::Tensor v = announceRows(watcher, Site::V, linear(weights.linear(Module::V), ln1));
    bool qShared = watched(Site::Q);
    bool kShared = watched(Site::K);
    if (weights.qNorm.defined()) {
        q = kernels::rmsNorm(q, weights.qNorm,
                             config.normEpsilon); // [examples, tokens, heads · dimension]
        k = kernels::rmsNorm(k, weights.kNorm, config.normEpsilon);
        qShared = kShared = false;
    }
    const Positions positions = cached ? Positions::OfEachToken : Positions::Shared;
    q = rotated(q, qShared, rotary, positions, config.heads, dimension);
    k = rotated(k, kShared, rotary, positions, config.keyValueHeads, dimension);

    const kernels::AttentionShape shape = attentionShape(config, layer, weights, hidden);
    LayerInput heads(announceRows(watcher, Site::OInput,
                                  cached ? cachedAttention(shape, q, k, v, *cached, weights.prefix)
                                         : wholeAttention(shape, q, k, v, weights.prefix)),
                     lengths);
    const torch::Tensor attention =
        announceRows(watcher, Site::AttnOut, linear(weights.linear(Module::O), heads));
    const torch::Tensor middle = announceRows(watcher, Site::ResidMid, residual + attention);
    LayerInput ln2(
        announceRows(watcher, Site::Ln2, kernels::rmsNorm(middle, weights.ln2, config.normEpsilon)),
        lengths);
    LayerInput ofGate(announceRows(watcher, Site::GateInput, ln2.value()), lengths);
    LayerInput& gateInput = ofGate.value().is_same(ln2.value()) ? ln2 : ofGate;
    torch::Tensor gate = linear(weights.linear(Module::Gate), gateInput);
    kernels::silu(gate);
    gate = announceRows(watcher, Site::Gate, gate);
    const torch::Tensor up =
        announceRows(watcher, Site::Up, linear(weights.linear(Module::Up), ln2));
    // The product overwrites `gate` where nobody else holds it: one buffer of MLP width less.
    torch::Tensor product = watched(Site::Gate) ? torch::empty_like(gate) : gate;
    kernels::multiply(gate, up, product);
    LayerInput downInput(announceRows(watcher, Site::DownInput, product), lengths);
    const torch::Tensor down =
        announceRows(watcher, Site::Down, linear(weights.linear(Module::Down), downInput));
    return announceRows(watcher, Site::ResidPost, middle + down);
}

} // namespace

torch::Tensor blockForwardInference(const ModelConfig& config, std::int64_t layer,
                                    const BlockWeights& weights, const RotaryTables& rotary,
                                    const torch::Tensor& hidden, SiteWatcher* watcher) {
    return forward(config, layer, weights, rotary, hidden, nullptr, watcher);
}

torch::Tensor blockForwardCached(const ModelConfig& config, std::int64_t layer,
                                 const BlockWeights& weights, const RotaryTables& rotary,
                                 const torch::Tensor& hidden, const CachedRows& rows,
                                 SiteWatcher* watcher) {
    const torch::Tensor positions = nextPositions(rows, hidden.size(1), hidden.device());
    return forward(config, layer, weights, tablesAt(rotary, positions), hidden, &rows, watcher);
}

} // namespace quantscope
