#pragma once

#include "core/checkpoint/gguf_header.h"
#include "core/checkpoint/model_config.h"

namespace quantscope {

/// The tensor of a GGUF file that divides the rotary frequencies, one factor for each.
inline constexpr const char* ggufRopeFactorsName = "rope_freqs.weight";

/// The configuration of a model from the key-value pairs and the tensors of a GGUF file. Read are
/// the architectures "llama", "qwen2" and "qwen3". GGUF has no architecture of its own for Mistral:
/// a "llama" with a sliding window is one (transformers' Llama has none). Biases and a separate
/// output matrix are there where their tensors are.
///
/// rope_freqs.weight is left to the caller, since it stands among the tensors.
/// @throws Error (Input) naming the key for every value that changes the maths and is not
/// understood.
ModelConfig readGgufConfig(const GgufHeader& header);

} // namespace quantscope
