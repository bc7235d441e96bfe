#pragma once

#include "core/tokenizer/literal_matcher.h"
#include "core/tokenizer/sentencepiece_model.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quantscope {

/// The precompiled character map of a SentencePiece model: a double-array trie (Darts-clone's
/// layout) whose values point to replacements. Every look-up is bounded, whatever the file says.
class CharacterMap {
public:
    /// @throws Error (Input) naming the file.
    CharacterMap(std::string_view blob, const std::string& file);
    CharacterMap() = default;

    struct Match {
        std::size_t length = 0; ///< 0: nothing to replace
        std::string_view replacement;
    };
    Match longestPrefix(std::string_view text) const;
    Match shortestPrefix(std::string_view text) const;

private:
    /// Calls visit(match) for every match, shortest first, until it returns false.
    template <typename Visit>
    void visitPrefixes(std::string_view text, const Visit& visit) const;

    std::vector<std::uint32_t> m_units;
    std::string m_replacements; ///< zero-terminated strings
};

/// Text as a SentencePiece model's vocabulary sees it.
class SentencePieceNormalizer {
public:
    SentencePieceNormalizer(const SentencePieceModel& model, const std::string& file);

    std::string normalize(std::string_view text) const;

    /// The model's own clean-up of decoded text; most have none.
    std::string denormalize(std::string_view text) const;

    /// User-defined pieces, which no step may break.
    const LiteralMatcher& userDefined() const { return m_userDefined; }

private:
    /// Bytes taken and what they become.
    std::pair<std::size_t, std::string_view> normalizePrefix(std::string_view text) const;

    SentencePieceModel::Normalization m_options;
    bool m_treatsSpaceAsSuffix;
    CharacterMap m_map;
    CharacterMap m_denormalization;
    LiteralMatcher m_userDefined;
};

} // namespace quantscope
