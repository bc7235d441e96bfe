#pragma once

#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_config.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace quantscope {

/// How texts are cut before a byte-level model sees them, as known families do it.
struct ByteLevelCuts {
    std::vector<const char*> cuts;   ///< regular expressions; each cuts what the one before left
    bool composesCharacters = false; ///< texts are brought into the form NFC first
    bool addsPrefixSpace = false;
    bool newestUnicode = false; ///< to NFC by the newest Unicode, as Python does it
};

inline constexpr const char* gpt2Cut =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
inline constexpr const char* llama3Cut =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";
inline constexpr const char* qwenCut =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*)"
    R"(|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// The steps around a byte-level model as tokenizer.json writes them: normalizer, pre_tokenizer and
/// decoder.
nlohmann::json byteLevelSteps(const ByteLevelCuts& cuts);

/// The post_processor that puts a token before every text.
nlohmann::json startTemplate(const std::string& token, std::int32_t id);

/// Opens vocab.json and merges.txt of a directory, as GPT-2, OPT and Qwen 2 come with them.
/// @throws Error (Input) naming file and place.
std::unique_ptr<Tokenizer> openVocabularyAndMerges(const std::filesystem::path& directory,
                                                   const TokenizerConfig& config);

} // namespace quantscope
