#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/quantized_format.h"

#include <filesystem>
#include <memory>

namespace quantscope {

/// A Hugging Face directory: tensors in f32, f16 or bf16, and matrices in a quantized format where
/// one is given. @throws Error (Input), see Checkpoint::open.
std::unique_ptr<Checkpoint> openSafetensorsCheckpoint(const std::filesystem::path& directory,
                                                      std::unique_ptr<QuantizedFormat> format);

} // namespace quantscope
