#pragma once

#include <string>
#include <string_view>

namespace quantscope {

/// The name that a tensor of a Hugging Face model has in GGUF:
/// "model.layers.3.self_attn.q_proj.weight" is "blk.3.attn_q.weight".
/// @throws Error (Internal) for a tensor that GGUF has no name for.
std::string ggufTensorName(std::string_view name);

/// Whether GGUF keeps the rows of this tensor (by its Hugging Face name) in another order in the
/// architecture "llama". Hugging Face rotates number i of a head together with number i + half;
/// GGUF puts the two beside each other, as the rotation of the original Llama has them.
bool hasInterleavedHeads(std::string_view name);

} // namespace quantscope
