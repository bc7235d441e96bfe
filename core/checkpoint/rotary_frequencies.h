#pragma once

#include "core/checkpoint/model_config.h"

#include <cstdint>
#include <vector>

namespace quantscope {

/// Radians by which each pair of a head turns from one position to the next, scaled as the
/// configuration says: [dimensions that turn / 2], the fastest first. `tokens`: length of the
/// sequence, which dynamic scaling and LongRoPE depend on.
std::vector<double> rotaryFrequencies(const ModelConfig& config, std::int64_t tokens);

/// The same of layers with a window, where they have a theta of their own.
std::vector<double> slidingFrequencies(const ModelConfig& config);

/// What cosines and sines are multiplied with: the attention factor of yarn and LongRoPE.
double rotaryMagnitude(const ModelConfig& config);

} // namespace quantscope
