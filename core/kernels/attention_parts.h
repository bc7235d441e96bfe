#pragma once

#include "core/kernels/kernels.h"
#include "core/kernels/vector_types.h"

#include <cstddef>

namespace quantscope::kernels {

/// The query heads of one example that share a head of keys and values.
struct AttentionPart {
    const float* q = nullptr; // [tokens, heads, dimension], from the first of these heads
    const float* k = nullptr; // [keys, keyValueHeads, dimension], from their head
    const float* v = nullptr; // the same
    float* out = nullptr;     // as q
};

/// Of a tile: whole vectors or groups around those that some row may see.
struct KeyRange {
    std::int64_t from = 0;
    std::int64_t to = 0;
};

constexpr float masked = -1e30f; ///< a score that adds nothing

/// For the room that a part needs at every level of processors.
constexpr std::int64_t mostLanes = lanesOf<Vector16>;

constexpr std::int64_t roundDown(std::int64_t value, std::int64_t unit) {
    return value / unit * unit;
}

constexpr std::int64_t roundUp(std::int64_t value, std::int64_t unit) {
    return roundDown(value + unit - 1, unit);
}

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
