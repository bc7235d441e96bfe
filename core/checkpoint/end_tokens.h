#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace quantscope {

/// Ids that end what a model writes: eos_token_id of generation_config.json, else of config.json;
/// tokenizer.ggml.eos_token_id of a GGUF file. Empty where none is named.
/// @throws Error (Input) where it is neither an id nor a list of ids.
std::vector<std::int32_t> endTokens(const std::filesystem::path& model);

} // namespace quantscope
