#pragma once

#include "core/model/block.h"
#include "core/model/cached_attention.h"
#include "core/model/site_announcer.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace quantscope {

/// Where attention is computed.
struct AttentionStep {
    const ModelConfig& config;
    std::int64_t layer;
    const BlockWeights& weights;
    RotaryTables rotary; ///< of the layer
    bool keepQ;          ///< a watcher may still hold the projection
    bool keepK;
    const CachedRows* cached; ///< null: every row is whole
};

/// The forward pass of a block with its sites, for every family; `Operations` say how its steps are
/// computed, with gradients or without:
///     rows(x)                          x as products want it
///     norm(config, x, weights)         x where the norm is undefined
///     linear(layer, input)             [examples, tokens, in] → [examples, tokens, out]
///     activate(config, x)              may overwrite x
///     product(gate, up)                of an activated gate, which is kept
///     activatedProduct(config, gate, up)  of a gate that nobody looks at: may overwrite it
///     attend(step, q, k, v)            heads side by side, [examples, tokens, heads · dimension]
template <typename Operations>
class BlockPass {
public:
    BlockPass(const ModelConfig& config, std::int64_t layer, const BlockWeights& weights,
              const RotaryTables& rotary, SiteWatcher* watcher, const CachedRows* cached = nullptr)
        : m_config(config)
        , m_layer(layer)
        , m_weights(weights)
        , m_rotary(rotary)
        , m_watcher(watcher)
        , m_cached(cached)
        , m_lengths(watcher ? watcher->lengths() : std::span<const std::int64_t>()) {}

    torch::Tensor run(const torch::Tensor& hidden) const {
        const bool isShared = m_config.order == BlockOrder::ParallelShared;
        const torch::Tensor residual = at(Site::ResidPre, hidden);
        torch::Tensor attention =
            known(Site::AttnOut, {Site::Ln1, Site::Q, Site::K, Site::V, Site::OInput});
        LayerInput ln1(attention.defined() && !isShared
                           ? torch::Tensor()
                           : at(Site::Ln1, norm(residual, {m_weights.ln1, m_weights.ln1Bias})),
                       m_lengths);
        if (!attention.defined())
            attention = attend(ln1);
        const auto behindNorm = [this](const torch::Tensor& stream) {
            return norm(stream, {m_weights.ln2, m_weights.ln2Bias});
        };
        if (m_config.order == BlockOrder::Sequential) {
            const torch::Tensor middle =
                at(Site::ResidMid, joined(residual, attention, m_weights.attentionAfter));
            const torch::Tensor down = mlpOutput([&] { return behindNorm(middle); });
            return at(Site::ResidPost, joined(middle, down, m_weights.mlpAfter));
        }
        const torch::Tensor down =
            mlpOutput([&] { return isShared ? ln1.value() : behindNorm(residual); });
        return at(Site::ResidPost, residual + added(attention, m_weights.attentionAfter) +
                                       added(down, m_weights.mlpAfter));
    }

    torch::Tensor mlp(const torch::Tensor& ln2) const {
        if (m_weights.router.defined())
            return at(Site::Down, experts(ln2));
        return at(Site::Down, commonMlp(ln2));
    }

private:
    bool watched(Site site) const { return m_watcher && m_watcher->wants(site); }
    bool has(Module module) const { return m_weights.has(module); }

    torch::Tensor at(Site site, const torch::Tensor& value) const {
        return Operations::rows(announce(m_watcher, site, value));
    }
    /// What the watcher puts in a site's place whatever is computed, unless it wants to see one of
    /// the sites that only lead there.
    torch::Tensor known(Site site, std::initializer_list<Site> leading) const {
        if (!m_watcher || std::any_of(leading.begin(), leading.end(),
                                      [this](Site before) { return m_watcher->wants(before); }))
            return {};
        const torch::Tensor value = m_watcher->known(site);
        return value.defined() ? Operations::rows(value) : value;
    }
    torch::Tensor norm(const torch::Tensor& x, const NormWeights& weights) const {
        return Operations::norm(m_config, x, weights);
    }
    torch::Tensor linear(Module module, LayerInput& input) const {
        return Operations::linear(m_weights.linear(module), input);
    }

    /// What a module adds to the residual stream.
    torch::Tensor added(const torch::Tensor& output, const NormWeights& after) const {
        return m_config.normPlacement == NormPlacement::OnStream ? output : norm(output, after);
    }
    /// The residual stream with a module's output in it.
    torch::Tensor joined(const torch::Tensor& stream, const torch::Tensor& output,
                         const NormWeights& after) const {
        const torch::Tensor sum = stream + added(output, after);
        return m_config.normPlacement == NormPlacement::OnStream ? norm(sum, after) : sum;
    }

    torch::Tensor attend(LayerInput& ln1) const {
        const AttentionStep step{
            m_config,         m_layer,          m_weights, m_rotary.of(m_config, m_layer),
            watched(Site::Q), watched(Site::K), m_cached};
        const torch::Tensor q = at(Site::Q, linear(Module::Q, ln1));
        const torch::Tensor k = at(Site::K, linear(Module::K, ln1));
        const torch::Tensor v = at(Site::V, linear(Module::V, ln1));
        LayerInput heads(at(Site::OInput, Operations::attend(step, q, k, v)), m_lengths);
        return at(Site::AttnOut, linear(Module::O, heads));
    }

    /// @param input  makes what the MLP reads, where that is needed
    template <typename Input>
    torch::Tensor mlpOutput(Input input) const {
        const torch::Tensor down =
            known(Site::Down, {Site::Ln2, Site::GateInput, Site::Gate, Site::Up, Site::DownInput});
        return down.defined() ? down : mlp(at(Site::Ln2, input()));
    }

    /// Before its activation.
    torch::Tensor gate(LayerInput& ln2) const {
        LayerInput own(at(Site::GateInput, ln2.value()), m_lengths);
        LayerInput& input = own.value().is_same(ln2.value()) ? ln2 : own;
        return linear(Module::Gate, input);
    }

    torch::Tensor gatedProduct(LayerInput& ln2) const {
        if (!watched(Site::Gate)) {
            const torch::Tensor value = gate(ln2);
            return Operations::activatedProduct(m_config, value, up(ln2));
        }
        torch::Tensor value = known(Site::Gate, {Site::GateInput});
        if (!value.defined())
            value = at(Site::Gate, Operations::activate(m_config, gate(ln2)));
        return Operations::product(value, up(ln2));
    }

    torch::Tensor up(LayerInput& ln2) const {
        const torch::Tensor value = known(Site::Up, {});
        return value.defined() ? value : at(Site::Up, linear(Module::Up, ln2));
    }

    /// The MLP that sees every token.
    torch::Tensor commonMlp(const torch::Tensor& x) const {
        LayerInput ln2(x, m_lengths);
        if (!has(Module::Gate)) {
            const torch::Tensor value = up(ln2);
            LayerInput product(
                at(Site::DownInput,
                   Operations::activate(m_config, watched(Site::Up) ? value.clone() : value)),
                m_lengths);
            return linear(Module::Down, product);
        }
        LayerInput product(at(Site::DownInput, gatedProduct(ln2)), m_lengths);
        return linear(Module::Down, product);
    }

    torch::Tensor atExpert(const ExpertRows& rows, Site site, const torch::Tensor& value) const {
        if (!m_watcher || !m_watcher->wantsExperts())
            return value;
        return m_watcher->atExpert(rows, site, value.squeeze(0)).unsqueeze(0);
    }

    /// One expert on the tokens that are routed to it. [routed, hidden] → the same
    torch::Tensor expert(const ExpertRows& rows, const torch::Tensor& tokens) const {
        const auto module = [&](Module kind) { return expertModule(rows.expert, kind); };
        LayerInput input(Operations::rows(
            atExpert(rows, Site::Ln2, tokens.index_select(0, rows.rows).unsqueeze(0))));
        torch::Tensor gate = linear(module(Module::Gate), input);
        torch::Tensor up = linear(module(Module::Up), input);
        torch::Tensor between;
        if (m_watcher && m_watcher->wantsExperts()) {
            gate =
                Operations::rows(atExpert(rows, Site::Gate, Operations::activate(m_config, gate)));
            up = Operations::rows(atExpert(rows, Site::Up, up));
            between =
                Operations::rows(atExpert(rows, Site::DownInput, Operations::product(gate, up)));
        } else {
            between = Operations::activatedProduct(m_config, gate, up);
        }
        LayerInput product(between);
        return atExpert(rows, Site::Down, linear(module(Module::Down), product)).squeeze(0);
    }

    /// The router's choice of experts and their outputs, weighted and added up (Shazeer et al.
    /// 2017, arXiv 1701.06538, with the softmax before the choice).
    torch::Tensor experts(const torch::Tensor& ln2) const {
        const ExpertConfig& config = m_config.experts;
        const torch::Tensor tokens = ln2.reshape({-1, ln2.size(-1)}); // [examples · tokens, hidden]
        const torch::Tensor probabilities =
            torch::softmax(at::linear(tokens, m_weights.router), -1);
        auto [weights, chosen] = torch::topk(probabilities, config.chosen, -1);
        if (config.normalise)
            weights = weights / weights.sum(-1, true);
        torch::Tensor sum = torch::zeros_like(tokens);
        for (int index = 0; index < m_weights.experts(); ++index) {
            const torch::Tensor places = (chosen == index).nonzero(); // [routed, 2]
            if (places.size(0) == 0)
                continue;
            const torch::Tensor token = places.select(1, 0);
            const ExpertRows rows{index, token, weights.index({token, places.select(1, 1)})};
            sum = sum.index_add(0, token, expert(rows, tokens) * rows.weights.unsqueeze(1));
        }
        sum = sum.view(ln2.sizes());
        if (!m_weights.sharedGate.defined())
            return sum;
        const torch::Tensor share = torch::sigmoid(at::linear(ln2, m_weights.sharedGate));
        return sum + share * commonMlp(ln2);
    }

    const ModelConfig& m_config;
    std::int64_t m_layer;
    const BlockWeights& m_weights;
    const RotaryTables& m_rotary;
    SiteWatcher* m_watcher;
    const CachedRows* m_cached;
    std::span<const std::int64_t> m_lengths;
};

} // namespace quantscope
