#pragma once

#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_config.h"

#include <filesystem>
#include <optional>

namespace quantscope {

/// Whether a file holds pieces and ranks as tiktoken writes them: base64, a space, a number, a line
/// each. Llama 3's original tokenizer.model does.
bool looksLikeTiktoken(const std::filesystem::path& path);

/// The file of that kind in a model directory: one that ends in ".tiktoken", or such a
/// tokenizer.model. @throws Error (Input) where there are several that end so.
std::optional<std::filesystem::path> findTiktoken(const std::filesystem::path& directory);

/// Opens such a file. How texts are cut and which special tokens follow the pieces is not in it:
/// both are known for Llama 3 (tokenizer.model), Qwen (qwen.tiktoken), and the encodings
/// r50k_base (GPT-2) and cl100k_base by their names.
/// @throws Error (Input) naming file and line.
std::unique_ptr<Tokenizer> openTiktoken(const std::filesystem::path& path,
                                        const TokenizerConfig& config);

} // namespace quantscope
