#pragma once

#include "core/checkpoint/config_reader.h"
#include "core/checkpoint/model_config.h"

namespace quantscope {

/// Takes rope_theta, rope_scaling, rope_parameters and original_max_position_embeddings and sets
/// ropeTheta and ropeScaling; maxPositions must be set before. @throws Error (Input).
void readRope(ConfigReader& reader, ModelConfig& config);

} // namespace quantscope
