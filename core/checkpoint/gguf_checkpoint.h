#pragma once

#include "core/checkpoint/checkpoint.h"

#include <filesystem>
#include <memory>

namespace quantscope {

/// A model in one GGUF file, its tensors under Hugging Face's names and in Hugging Face's order of
/// rows. @throws Error (Input), see Checkpoint::open.
std::unique_ptr<Checkpoint> openGgufCheckpoint(const std::filesystem::path& file);

} // namespace quantscope
