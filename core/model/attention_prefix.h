#pragma once

#include <torch/types.h>

#include <cstdint>

namespace quantscope {

/// Keys and values of tokens that stand before position 0 of every text, so that all positions may
/// look at them (as far as a sliding window lets them). A rotation knows distances alone, so the
/// text keeps its positions 0, 1, … and the prefix has −tokens … −1.
struct AttentionPrefix {
    torch::Tensor keys;   // [keyValueHeads, tokens, headDimension], as they meet queries
    torch::Tensor values; // [keyValueHeads, tokens, headDimension]

    bool empty() const { return !keys.defined(); }
    std::int64_t tokens() const { return keys.defined() ? keys.size(1) : 0; }
};

} // namespace quantscope
