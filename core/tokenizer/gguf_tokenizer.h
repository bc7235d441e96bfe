#pragma once

#include "core/tokenizer/tokenizer.h"

namespace quantscope {

/// The tokenizer in the key-value pairs of a GGUF file. tokenizer.ggml.model says of which kind:
///
/// - "llama": SentencePiece's BPE by scores, byte fallback. Its control tokens are put around
///   texts but not found in them, as in SentencePiece.
/// - "gpt2": byte-level BPE by ranked merges; tokenizer.ggml.pre names how texts are cut. Control
///   and user-defined tokens are found in texts, as in the library `tokenizers`.
///
/// @throws Error (Input) naming file and key for what is missing, damaged or not understood.
std::unique_ptr<Tokenizer> openGgufTokenizer(const std::filesystem::path& path);

} // namespace quantscope
