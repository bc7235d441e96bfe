#pragma once

#include "core/kernels/kernels.h"

#include <cstddef>

namespace quantscope::kernels {

/// The query heads of one example that share a head of keys and values.
struct AttentionPart {
    const float* q = nullptr; // [tokens, heads, dimension], from the first of these heads
    const float* k = nullptr; // [keys, keyValueHeads, dimension], from their head
    const float* v = nullptr; // the same
    float* out = nullptr;     // as q
};

// Two ways to lay a tile of scores into vectors. Either computes a part in `room`, floats of the
// size that its own function gives.

/// Rows that attendFewQueries takes at most.
constexpr std::int64_t mostFewQueries = 8;

/// Keys side by side: for fewer queries than a vector has lanes.
void attendFewQueries(const AttentionShape& shape, const AttentionPart& part, float* room);
std::size_t roomForFewQueries(const AttentionShape& shape);

/// Queries side by side: the softmax of sixteen rows needs no sum across a vector, and small heads
/// fill whole vectors too.
void attendManyQueries(const AttentionShape& shape, const AttentionPart& part, float* room);
std::size_t roomForManyQueries(const AttentionShape& shape);

} // namespace quantscope::kernels
