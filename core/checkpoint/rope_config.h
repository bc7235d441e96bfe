#pragma once

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/model_config.h"

namespace quantscope {

/// How a family's configuration says what differs from one theta for whole heads.
struct RopeRules {
    std::optional<double> defaultTheta = 10000; ///< nothing: versions of transformers differ, so
                                                ///< that the configuration must say it
    const char* thetaKey = "rope_theta";        ///< beside the dictionary
    const char* partialKey = nullptr;           ///< share of a head that turns; nullptr: all of it
    double defaultPartial = 1;
    const char* slidingThetaKey = nullptr; ///< theta of layers with a window; nullptr: the same
    double defaultSlidingTheta = 10000;
    bool isLong = false; ///< LongRoPE, also where it is called "su" or "yarn"
};

/// Takes rope_theta, rope_scaling, rope_parameters and original_max_position_embeddings and sets
/// ropeTheta, ropeScaling, rotaryDimension and slidingTheta; head dimension and maxPositions must
/// be set before. @throws Error (Input).
void readRope(ConfigReader& reader, ModelConfig& config, const RopeRules& rules = {});

} // namespace quantscope
