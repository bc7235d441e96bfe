#pragma once

#include "core/tokenizer/added_tokens.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// Where a tokenizer was read from.
struct TokenizerOrigin {
    std::string file;   ///< its path, for messages
    std::string format; ///< for a person: "tokenizer.json", "GGUF"
    std::string hash;   ///< of what it was read from, hexadecimal
};

/// What tokenizer_config.json (and special_tokens_map.json) say about ids. Most of that file is
/// about chat templates and the like, so unknown keys are fine here.
struct TokenizerConfig {
    std::string file;           ///< its path, for messages
    std::string content;        ///< its bytes, for the hash; empty without the file
    std::string tokenizerClass; ///< e.g. "LlamaTokenizerFast"
    std::optional<bool> addsStart;
    std::optional<bool> addsEnd;
    std::optional<std::string> startToken;
    std::optional<std::string> endToken;
    std::vector<AddedToken> addedTokens; ///< "added_tokens_decoder"
    /// Contents of bos_token, eos_token, unk_token, pad_token and the like, each once.
    std::vector<std::string> specialTokens;
    std::optional<bool> addsPrefixSpace; ///< "add_prefix_space"

    /// Whether the class puts start and end tokens by add_bos_token and add_eos_token, whatever
    /// tokenizer.json says: transformers' Llama, Code Llama, Gemma and Cohere tokenizers do.
    bool isLlamaType() const;
};

/// Reads what is beside a tokenizer; both files may be missing.
TokenizerConfig readTokenizerConfig(const std::filesystem::path& directory);

} // namespace quantscope
