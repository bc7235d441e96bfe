#pragma once

#include "core/kernels/kernels.h"
#include "core/model/block.h"

#include <cstdint>
#include <vector>

namespace quantscope {

/// Keys and values of one block for some rows, as attention takes them: keys normed and rotated.
struct KeyValueCache {
    torch::Tensor keys;   // [rows, capacity, keyValueHeads · dimension]
    torch::Tensor values; // [rows, capacity, keyValueHeads · dimension]
};

/// An empty cache. @param capacity  tokens of a row that it can hold
KeyValueCache makeCache(const ModelConfig& config, std::int64_t rows, std::int64_t capacity,
                        torch::Device device = torch::kCPU);

/// Rows that go on where they stopped: all begin with the same tokens, whose keys and values are
/// held once, and then each has tokens of its own, of a number of its own.
struct CachedRows {
    const KeyValueCache* prefix = nullptr; ///< of the shared tokens, one row, full; null: none
    KeyValueCache* own = nullptr;
    std::vector<std::int64_t> past; ///< own tokens of each row that the cache holds

    std::int64_t prefixTokens() const { return prefix ? prefix->keys.size(1) : 0; }
};

/// Positions of the next tokens of every row, [rows · tokens].
torch::Tensor nextPositions(const CachedRows& rows, std::int64_t tokens, torch::Device device);

/// Attention of rows that are whole, with a method's prefix before them.
/// @param q     [rows, tokens, heads · dimension], rotated
/// @param k, v  [rows, tokens, keyValueHeads · dimension]
/// @return      [rows, tokens, heads · dimension]
torch::Tensor wholeAttention(const kernels::AttentionShape& shape, const torch::Tensor& q,
                             const torch::Tensor& k, const torch::Tensor& v,
                             const AttentionPrefix& prefix);

/// Puts the new keys and values into the rows' caches, behind their past, and attends from the new
/// queries to the shared tokens, the past and what is not later among the new ones. What a cache
/// holds beyond a row's past (padding of an earlier call) is never looked at.
/// @param q     [rows, tokens, heads · dimension], rotated
/// @param k, v  [rows, tokens, keyValueHeads · dimension]
/// @param prefix  what a method keeps before position 0 of every row
/// @param cap   scores s become cap · tanh(s / cap); 0: they don't
/// @return      [rows, tokens, heads · dimension]
torch::Tensor cachedAttention(const kernels::AttentionShape& shape, const torch::Tensor& q,
                              const torch::Tensor& k, const torch::Tensor& v,
                              const CachedRows& rows, const AttentionPrefix& prefix = {},
                              double cap = 0);

/// One block for rows that go on where they stopped: what blockForwardInference gives for the new
/// tokens of the whole rows (tested at 1e-4 relative). The caches grow by the new tokens; the
/// caller moves `past` on once all blocks are done.
/// @param hidden  [rows, tokens, hidden], the new tokens; left-aligned, padding at the end
/// @param rotary  tables as long as the longest row will be
torch::Tensor blockForwardCached(const ModelConfig& config, std::int64_t layer,
                                 const BlockWeights& weights, const RotaryTables& rotary,
                                 const torch::Tensor& hidden, const CachedRows& rows,
                                 SiteWatcher* watcher = nullptr);

} // namespace quantscope
