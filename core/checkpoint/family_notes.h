#pragma once

#include "core/checkpoint/model_config.h"

#include <string>
#include <vector>

namespace quantscope {

/// What a family's blocks lack or have in another place than Llama's, a sentence each, for whoever
/// misses it in the results. Empty for Llama and its like.
std::vector<std::string> familyNotes(const ModelConfig& config);

} // namespace quantscope
