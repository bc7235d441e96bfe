#pragma once

#include "core/model/block.h"

namespace quantscope {

/// Queries and keys as they meet: split into heads, normed where the family does, rotated.
struct AttentionHeads {
    torch::Tensor q; // [examples, heads, tokens, dimension]
    torch::Tensor k; // [examples, keyValueHeads, tokens, dimension]
};

/// @param rotary  tables of the layer; see RotaryTables::of
/// @param q, k    outputs of the projections, [examples, tokens, heads · dimension]
AttentionHeads attentionHeads(const ModelConfig& config, const BlockWeights& weights,
                              const RotaryTables& rotary, const torch::Tensor& q,
                              const torch::Tensor& k);

/// Heads to the front: [examples, tokens, heads · dimension] → [examples, heads, tokens, dimension]
torch::Tensor splitHeads(const torch::Tensor& x, std::int64_t heads, std::int64_t dimension);

/// The keys of tokens before position 0, as they meet queries. @param k  outputs of the projection,
/// [tokens, keyValueHeads · dimension]. @return [keyValueHeads, tokens, dimension]
torch::Tensor prefixKeys(const ModelConfig& config, const BlockWeights& weights,
                         const torch::Tensor& k);

/// softmax of q kᵀ times the model's scale and within its cap, causal and within the layer's
/// sliding window where it has one.
/// @param q  […, tokens, dimension]
/// @param k  […, prefix + tokens, dimension]
/// @return   […, tokens, prefix + tokens], row t for what position t looks at
torch::Tensor attentionProbabilities(const ModelConfig& config, std::int64_t layer,
                                     const torch::Tensor& q, const torch::Tensor& k);

/// What the o projection reads: of the prefix, where there is one, and the tokens.
/// @param v  output of the projection, [examples, tokens, keyValueHeads · dimension]
/// @return   [examples, tokens, heads · dimension]
torch::Tensor attentionOutput(const ModelConfig& config, std::int64_t layer,
                              const AttentionHeads& heads, const torch::Tensor& v,
                              const AttentionPrefix& prefix);

} // namespace quantscope
