#pragma once

#include <string_view>

namespace quantscope {

/// The name of the lane that runs the reference again, differing by rounding alone; see NoiseFloor.
/// It is no method: tables of methods leave it out, plots by layer have it as one more line.
inline constexpr std::string_view noiseFloorLane = "noise-floor";

/// The role of its curves in figures.
inline constexpr const char* noiseRole = "noise";

} // namespace quantscope
