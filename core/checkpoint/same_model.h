#pragma once

#include "core/checkpoint/checkpoint.h"

#include <cstdint>
#include <string>

namespace quantscope {

/// Checks that two checkpoints compute the same function of their weights, so that one can walk as
/// a lane beside the other: sizes, heads, rotary embeddings, norm epsilon, norms of q and k. A
/// vocabulary may be padded in one of them, and windows of attention may differ where they are
/// longer than any sequence.
/// @param parentPlace, lanePlace  how messages name them
/// @param positions  length of the longest sequence that will be walked
/// @throws Error (Input) naming the key and both values.
void requireSameModel(const ModelConfig& parent, const std::string& parentPlace,
                      const ModelConfig& lane, const std::string& lanePlace,
                      std::int64_t positions);

/// The output matrix: its own tensor, or the embedding where the model is tied.
const StoredTensor& outputMatrix(const Checkpoint& checkpoint);

/// Whether the first `rows` rows of both output matrices hold the same numbers.
bool sameOutputMatrix(const Checkpoint& left, const Checkpoint& right, std::int64_t rows);

} // namespace quantscope
