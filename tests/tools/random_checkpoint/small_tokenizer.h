#pragma once

#include <cstdint>
#include <filesystem>

namespace quantscope {

/// The smallest vocabulary: three special tokens and the 256 bytes.
inline constexpr std::int64_t smallestVocabulary = 3 + 256;

/// Writes tokenizer.json and tokenizer_config.json of a byte-level BPE with exactly
/// `vocabularySize` tokens: <unk>, <s>, </s>, the bytes, then pairs of lower-case letters and
/// blanks, and pairs of these pairs, as far as the vocabulary goes. Texts get a leading <s>.
/// @throws Error (Usage) below smallestVocabulary or beyond what pairs of pairs can fill.
void writeSmallTokenizer(const std::filesystem::path& directory, std::int64_t vocabularySize);

} // namespace quantscope
