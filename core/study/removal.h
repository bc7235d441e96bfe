#pragma once

#include "core/data/depth_unit.h"
#include "core/engine/lane.h"

#include <array>
#include <map>
#include <vector>

namespace quantscope {

/// Variants of the reference that walk at a time, so that their states fit.
inline constexpr std::int64_t removalLanesAtOnce = 16;

/// Shares of layers × tokens whose MLP is skipped; all of them at last.
inline constexpr std::array skipShares = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};

/// Layers by ascending influence, the lower layer first among equals.
std::vector<std::int64_t> removalOrder(const std::vector<double>& influence);

/// The reference without a unit of some layers. @param layers  in any order, not empty
Lane removalLane(DepthUnit unit, std::vector<std::int64_t> layers);

/// The cells of a table [layer, example, position] with the largest values, ⌊share · n⌋ of the n
/// that are finite; position 0 is never among them, and equal values go by their places.
TokenMask largestTokens(const std::vector<std::vector<float>>& byLayer, std::int64_t positions,
                        double share);

} // namespace quantscope
