#pragma once

#include "core/checkpoint/config_reader.h"

namespace quantscope {

/// Checks keys that change the forward pass of some model but that no family here reads: each must
/// have the value that leaves the maths alone. @throws Error (Input) naming the key.
void requireNeutralKeys(ConfigReader& config);

/// Refuses every key that nobody took, unless it is known to leave the forward pass alone or its
/// value is false. @throws Error (Input) naming the key.
void refuseUnknownKeys(const ConfigReader& config, const nlohmann::json& object);

} // namespace quantscope
