#pragma once

#include "core/checkpoint/model_config.h"

#include <cstdint>
#include <vector>

namespace quantscope {

/// Radians by which each pair of a head turns from one position to the next, scaled as the
/// configuration says: [head dimension / 2], the fastest first. `tokens`: length of the sequence,
/// which dynamic scaling depends on.
std::vector<double> rotaryFrequencies(const ModelConfig& config, std::int64_t tokens);

} // namespace quantscope
