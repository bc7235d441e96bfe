#pragma once

#include "core/checkpoint/model_config.h"
#include "core/data/site.h"
#include "core/model/attention_prefix.h"
#include "core/model/linear_layer.h"

#include <torch/types.h>

#include <span>
#include <vector>

namespace quantscope {

/// A norm, f32; both undefined where the family has none there.
struct NormWeights {
    torch::Tensor scale; // [width], γ with the family's offset added
    torch::Tensor shift; // [width], β; undefined where the family has none

    bool defined() const { return scale.defined(); }
};

/// Weights of one block in compute precision (f32 on the CPU). What a family does not have is
/// undefined: norms, gates, matrices of experts.
struct BlockWeights {
    torch::Tensor ln1;          // [hidden], γ of the norm that q, k and v read through
    torch::Tensor ln2;          // [hidden], γ of the norm that the MLP reads through
    torch::Tensor ln1Bias;      // [hidden], β
    torch::Tensor ln2Bias;      // [hidden]
    NormWeights attentionAfter; ///< of attention's output, or of the stream after it was added
    NormWeights mlpAfter;       ///< the same of the MLP
    torch::Tensor qNorm;      // [headDimension], [heads, headDimension] or [heads · headDimension]
    torch::Tensor kNorm;      // the same for keys
    torch::Tensor router;     // [experts, hidden]; undefined: a plain MLP
    torch::Tensor sharedGate; // [1, hidden], of the expert that sees every token
    /// By Module; those of experts stand behind the seven.
    std::vector<LinearWeights> linears = std::vector<LinearWeights>(allModules.size());

    LinearWeights& linear(Module module) {
        const auto index = static_cast<std::size_t>(module);
        if (index >= linears.size())
            linears.resize(index + 1);
        return linears[index];
    }
    AttentionPrefix prefix; ///< empty: none

    const LinearWeights& linear(Module module) const {
        return linears.at(static_cast<std::size_t>(module));
    }
    bool has(Module module) const {
        const auto index = static_cast<std::size_t>(module);
        return index < linears.size() && linears[index].weight.defined();
    }
    /// The matrices that the block has, in the order of the modules.
    std::vector<Module> modules() const;
    int experts() const { return router.defined() ? static_cast<int>(router.size(0)) : 0; }
};

/// Rotary tables for positions 0 … tokens − 1, f32 (attention factor of yarn multiplied in).
/// Undefined where positions are learned.
struct RotaryTables {
    torch::Tensor cosine;        // [tokens, dimensions that turn]
    torch::Tensor sine;          // [tokens, dimensions that turn]
    torch::Tensor slidingCosine; // of layers with a window, where they turn otherwise
    torch::Tensor slidingSine;

    /// Those of a layer, as `cosine` and `sine`.
    RotaryTables of(const ModelConfig& config, std::int64_t layer) const;
};

/// @param tokens  length of the sequences that will be walked (dynamic scaling depends on it).
RotaryTables makeRotaryTables(const ModelConfig& config, std::int64_t tokens);

/// What one expert reads or makes of the tokens that are routed to it.
struct ExpertRows {
    int expert = 0;
    torch::Tensor rows;    // i64 [routed], into examples · tokens
    torch::Tensor weights; // f32 [routed], what the router gives its output
};

/// Watches a block's sites beside the maths, and may replace their values. Implementations say
/// which sites they want; the others cost nothing.
class SiteWatcher {
public:
    virtual ~SiteWatcher() = default;
    virtual bool wants(Site site) const = 0;
    /// Called in the order of the forward pass with the site's value, [examples, tokens, width].
    /// Returns the value to go on with: the same tensor, or a replacement of its shape.
    virtual torch::Tensor at(Site site, const torch::Tensor& value) = 0;
    /// The value to go on with where it does not depend on what the block computes, instead of a
    /// call of at(); undefined: there is none. What only leads to the site is then left out.
    virtual torch::Tensor known(Site /*site*/) { return {}; }
    /// Valid positions of each example; empty: all. Inputs that are rounded as a whole
    /// (ActivationRounding::Scope::Tensor) leave padding out of their range.
    virtual std::span<const std::int64_t> lengths() const { return {}; }

    virtual bool wantsExperts() const { return false; }
    /// Called for each expert that any token is routed to: Ln2 (what it reads), Gate, Up, DownInput
    /// and Down (its output before the router's weight).
    /// @param value  [routed, width]
    virtual torch::Tensor atExpert(const ExpertRows& /*rows*/, Site /*site*/,
                                   const torch::Tensor& value) {
        return value;
    }
};

/// One block in differentiable torch operations.
/// @param hidden  [examples, tokens, hidden], f32; left-aligned rows, so padding at the end of a
///                row is never attended by valid positions.
/// @return        [examples, tokens, hidden]
torch::Tensor blockForward(const ModelConfig& config, std::int64_t layer,
                           const BlockWeights& weights, const RotaryTables& rotary,
                           const torch::Tensor& hidden, SiteWatcher* watcher = nullptr);

/// The same, with fused kernels and no gradients: attention without a T × T matrix, norms and
/// gating in one pass. Equal to blockForward within rounding (tested at 1e-5 relative).
torch::Tensor blockForwardInference(const ModelConfig& config, std::int64_t layer,
                                    const BlockWeights& weights, const RotaryTables& rotary,
                                    const torch::Tensor& hidden, SiteWatcher* watcher = nullptr);

/// The MLP of the block alone, experts included. @param ln2  what it reads, [examples, tokens,
/// hidden]
torch::Tensor mlpForwardInference(const ModelConfig& config, std::int64_t layer,
                                  const BlockWeights& weights, const torch::Tensor& ln2);

/// x / sqrt(mean(x²) + ε) · γ over the last dimension.
torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& gamma, double epsilon);

/// The family's norm over the last dimension, in differentiable operations.
torch::Tensor norm(const ModelConfig& config, const torch::Tensor& x, const NormWeights& weights);

/// The MLP's activation, in differentiable operations.
torch::Tensor activation(const ModelConfig& config, const torch::Tensor& x);

/// What the down projection reads: activation(gate) ⊙ up, or activation(up) where `gate` is
/// undefined. @param gate  before its activation
torch::Tensor mlpProduct(const ModelConfig& config, const torch::Tensor& gate,
                         const torch::Tensor& up);

} // namespace quantscope
