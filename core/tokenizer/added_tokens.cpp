#include "core/tokenizer/added_tokens.h"

#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

AddedTokens::AddedTokens(std::vector<AddedToken> tokens, const Normalizer* normalizer)
    : m_tokens(std::move(tokens)) {
    std::stable_partition(m_tokens.begin(), m_tokens.end(),
                          [](const AddedToken& token) { return token.isSpecial; });
    for (std::size_t k = 0; k < m_tokens.size(); ++k) {
        const AddedToken& token = m_tokens[k];
        m_byId.try_emplace(token.id, k);
        if (!token.isNormalized) {
            m_raw.add(token.content, k);
            continue;
        }
        TextPiece piece{token.content, true};
        if (normalizer != nullptr) {
            normalizer->normalize(piece);
        }
        m_normalized.add(piece.text, k);
    }
}

std::vector<TokenSegment> AddedTokens::splitRaw(std::string_view text) const {
    return split(text, m_raw);
}

std::vector<TokenSegment> AddedTokens::splitNormalized(std::string_view text) const {
    return split(text, m_normalized);
}

std::vector<TokenSegment> AddedTokens::split(std::string_view text,
                                             const LiteralMatcher& matcher) const {
    std::vector<TokenSegment> segments;
    std::size_t done = 0; // everything before is in a segment
    const bool hasLiterals = !matcher.isEmpty();
    for (std::size_t position = 0; hasLiterals && position < text.size();) {
        const LiteralMatcher::Match match = matcher.longestAt(text, position);
        if (match.length == 0) {
            position += characterLength(text, position);
            continue;
        }
        const AddedToken& token = m_tokens[match.value];
        std::size_t begin = position;
        std::size_t end = position + match.length;
        position = end;
        if (token.isSingleWord) {
            std::size_t before = begin;
            std::size_t after = end;
            if ((begin > 0 && isWordCharacter(previousCodePoint(text, before))) ||
                (end < text.size() && isWordCharacter(nextCodePoint(text, after)))) {
                continue;
            }
        }
        if (token.stripsLeft) {
            std::size_t before = begin;
            while (begin > done && isWhiteSpace(previousCodePoint(text, before))) {
                begin = before;
            }
            begin = std::max(begin, done);
        }
        if (token.stripsRight) {
            std::size_t after = end;
            while (end < text.size() && isWhiteSpace(nextCodePoint(text, after))) {
                end = after;
            }
        }
        if (done < begin) {
            segments.push_back({done, begin, std::nullopt});
        }
        segments.push_back({begin, end, token.id});
        done = end;
    }
    if (done < text.size()) {
        segments.push_back({done, text.size(), std::nullopt});
    }
    return segments;
}

const AddedToken* AddedTokens::find(std::int32_t id) const {
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : &m_tokens[found->second];
}

const AddedToken* AddedTokens::find(std::string_view content) const {
    const auto found = std::find_if(m_tokens.begin(), m_tokens.end(), [&](const AddedToken& token) {
        return token.content == content;
    });
    return found == m_tokens.end() ? nullptr : &*found;
}

std::int32_t AddedTokens::idEnd() const { return m_byId.empty() ? 0 : m_byId.rbegin()->first + 1; }

std::vector<AddedToken> readAddedTokens(const JsonPlace& place, const Vocabulary& vocabulary) {
    std::vector<AddedToken> tokens;
    TextMap<std::int32_t> seen;
    std::map<std::int32_t, std::string> owners;
    for (const JsonPlace& entry : place.items()) {
        entry.onlyKeys(
            {"id", "content", "special", "single_word", "lstrip", "rstrip", "normalized"});
        AddedToken token;
        const JsonPlace idPlace = entry.require("id");
        token.id = static_cast<std::int32_t>(idPlace.integer(0, Vocabulary::largestId));
        token.content = entry.require("content").text();
        token.isSpecial = entry.booleanOr("special", false);
        token.isSingleWord = entry.booleanOr("single_word", false);
        token.stripsLeft = entry.booleanOr("lstrip", false);
        token.stripsRight = entry.booleanOr("rstrip", false);
        token.isNormalized = entry.booleanOr("normalized", !token.isSpecial);
        if (token.content.empty()) {
            continue; // the library passes over them too
        }
        const auto inVocabulary = vocabulary.find(token.content);
        if (inVocabulary && *inVocabulary != token.id) {
            idPlace.fail(fmt::format("{}, the id of \"{}\" in the vocabulary", *inVocabulary,
                                     token.content));
        }
        const std::string* owner = vocabulary.piece(token.id);
        if (!inVocabulary && owner != nullptr) {
            idPlace.fail(fmt::format("an id that is free (it is that of \"{}\")", *owner));
        }
        const auto [other, isFirst] = seen.try_emplace(token.content, token.id);
        const auto [sameId, isFirstId] = owners.try_emplace(token.id, token.content);
        if (other->second != token.id || sameId->second != token.content) {
            entry.complain(fmt::format("\"{}\" (id {}) contradicts \"{}\" (id {})", token.content,
                                       token.id, sameId->second, other->second));
        }
        if (isFirst) {
            tokens.push_back(std::move(token));
        }
    }
    return tokens;
}

} // namespace quantscope
