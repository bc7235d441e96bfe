#pragma once

#include "core/checkpoint/model_config.h"
#include "core/data/site.h"
#include "core/model/attention_prefix.h"
#include "core/model/linear_layer.h"

#include <torch/types.h>

#include <array>
#include <span>

namespace quantscope {

/// Weights of one block in compute precision (f32 on the CPU).
struct BlockWeights {
    torch::Tensor ln1;                                    // [hidden], γ
    torch::Tensor ln2;                                    // [hidden], γ
    torch::Tensor qNorm;                                  // [headDimension] or undefined
    torch::Tensor kNorm;                                  // [headDimension] or undefined
    std::array<LinearWeights, allModules.size()> linears; ///< by Module
    AttentionPrefix prefix;                               ///< empty: none

    LinearWeights& linear(Module module) { return linears[static_cast<std::size_t>(module)]; }
    const LinearWeights& linear(Module module) const {
        return linears[static_cast<std::size_t>(module)];
    }
};

/// Rotary tables for positions 0 … tokens − 1, f32 (attention factor of yarn multiplied in).
struct RotaryTables {
    torch::Tensor cosine; // [tokens, headDimension]
    torch::Tensor sine;   // [tokens, headDimension]
};

/// @param tokens  length of the sequences that will be walked (dynamic scaling depends on it).
RotaryTables makeRotaryTables(const ModelConfig& config, std::int64_t tokens);

/// Watches a block's sites beside the maths, and may replace their values. Implementations say
/// which sites they want; the others cost nothing.
class SiteWatcher {
public:
    virtual ~SiteWatcher() = default;
    virtual bool wants(Site site) const = 0;
    /// Called in the order of the forward pass with the site's value, [examples, tokens, width].
    /// Returns the value to go on with: the same tensor, or a replacement of its shape.
    virtual torch::Tensor at(Site site, const torch::Tensor& value) = 0;
    /// Valid positions of each example; empty: all. Inputs that are rounded as a whole
    /// (ActivationRounding::Scope::Tensor) leave padding out of their range.
    virtual std::span<const std::int64_t> lengths() const { return {}; }
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

/// x / sqrt(mean(x²) + ε) · γ over the last dimension.
torch::Tensor rmsNorm(const torch::Tensor& x, const torch::Tensor& gamma, double epsilon);

} // namespace quantscope
