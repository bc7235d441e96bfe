#pragma once

#include "core/data/site.h"

#include <cstdint>
#include <span>

namespace quantscope {

/// What a random direction belongs to. The same place gives the same direction, however examples
/// are put into batches.
struct DirectionPlace {
    std::uint64_t seed = 0;
    std::int64_t example = 0; ///< as the study counts
    std::int64_t position = 0;
    std::int64_t layer = 0;
    Site site = Site::Down;
};

/// A direction drawn uniformly from the unit sphere.
void drawDirection(const DirectionPlace& place, std::span<float> direction);

} // namespace quantscope
