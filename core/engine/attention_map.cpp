#include "core/engine/attention_map.h"

#include "core/model/attention.h"
#include "core/model/block_device.h"

#include <algorithm>

namespace quantscope {

namespace {

enum Path : std::size_t { Entropy, Divergence, Sinks };
constexpr std::int64_t sinkPositions = 64;
constexpr double sinkAttention = 0.3;

/// Σ p log p by row, with 0 log 0 = 0.
torch::Tensor negativeEntropy(const torch::Tensor& p) { return torch::xlogy(p, p).sum(-1); }

/// What goes to a prefix counts as what goes to position 0, which is the sink without one.
/// @param p  [tokens, before + tokens]. @return [tokens, tokens]
torch::Tensor withPrefixAtFirst(const torch::Tensor& p, std::int64_t before) {
    if (before == 0)
        return p;
    torch::Tensor own = p.slice(1, before).clone();
    own.select(1, 0) += p.slice(1, 0, before).sum(1);
    return own;
}

} // namespace

AttentionInstrument::AttentionInstrument(const ModelConfig& config, std::int64_t layer,
                                         const MeasuredExamples& examples)
    : m_config(config)
    , m_layer(layer)
    , m_examples(examples)
    , m_rotary(makeRotaryTables(config, examples.ids.positions))
    , m_table({"/attention/entropy", "/attention/js_divergence", "/attention/sink_share"},
              examples) {}

SiteSet AttentionInstrument::sites() const { return SiteSet(std::array{Site::Q, Site::K}); }

void AttentionInstrument::add(const LaneBatch& batch) {
    const torch::Device device = batch.reference(Site::Q).device();
    const RotaryTables rotary = onDevice(m_rotary.of(m_config, m_layer), device);
    const auto headsOf = [&](const BlockWeights& weights, const SiteValues& sites) {
        AttentionHeads heads =
            attentionHeads(m_config, weights, rotary, sites[Site::Q], sites[Site::K]);
        if (!weights.prefix.empty())
            heads.k = torch::cat(
                {weights.prefix.keys.unsqueeze(0).expand({heads.k.size(0), -1, -1, -1}), heads.k},
                2);
        return heads;
    };
    const AttentionHeads own = headsOf(*batch.weights, *batch.sites);
    const AttentionHeads reference = headsOf(*batch.referenceWeights, *batch.referenceSites);
    const std::int64_t share = m_config.heads / m_config.keyValueHeads;
    for (std::int64_t e = 0; e < own.q.size(0); ++e) {
        const std::int64_t example = batch.firstExample + e;
        const std::int64_t length = m_examples.length(example);
        const auto probabilities = [&](const AttentionHeads& heads, std::int64_t head) {
            const std::int64_t before = heads.k.size(2) - heads.q.size(2);
            return withPrefixAtFirst(
                attentionProbabilities(m_config, m_layer, heads.q[e][head].slice(0, 0, length),
                                       heads.k[e][head / share].slice(0, 0, before + length)),
                before);
        };
        // What position t could look at: log(t + 1) is the largest entropy it can have.
        const torch::Tensor largest =
            torch::arange(2, length + 1, torch::TensorOptions(device).dtype(torch::kFloat64)).log();
        double entropy = 0;
        double divergence = 0;
        double sinks = 0;
        for (std::int64_t head = 0; head < m_config.heads; ++head) {
            const torch::Tensor p = probabilities(own, head).to(torch::kFloat64);
            const torch::Tensor rows = p.slice(0, 1);
            entropy += (-negativeEntropy(rows) / largest).mean().item<double>();
            const torch::Tensor towardsFirst = p.slice(0, 0, sinkPositions).select(1, 0);
            sinks += towardsFirst.mean().item<double>() > sinkAttention ? 1 : 0;
            if (batch.lane == 0)
                continue;
            const torch::Tensor q = probabilities(reference, head).to(torch::kFloat64).slice(0, 1);
            const torch::Tensor js =
                (negativeEntropy(rows) + negativeEntropy(q)) / 2 - negativeEntropy((rows + q) / 2);
            divergence += js.mean().item<double>();
        }
        const auto heads = double(m_config.heads);
        m_table.set(Entropy, batch.lane, example, entropy / heads);
        m_table.set(Sinks, batch.lane, example, sinks / heads);
        m_table.set(Divergence, batch.lane, example, std::max(divergence / heads, 0.0));
    }
}

SessionData AttentionInstrument::part() const {
    SessionData data;
    m_table.addTo(data);
    return data;
}

} // namespace quantscope
