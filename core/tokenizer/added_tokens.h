#pragma once

#include "core/tokenizer/literal_matcher.h"
#include "core/tokenizer/normalizer.h"
#include "core/tokenizer/vocabulary.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// A token that is found in text before the model sees it.
struct AddedToken {
    std::int32_t id = 0;
    std::string content;
    bool isSpecial = false;    ///< left out of decoded text on request
    bool isSingleWord = false; ///< found only between non-word characters
    bool stripsLeft = false;   ///< takes the white space before it
    bool stripsRight = false;  ///< takes the white space after it
    bool isNormalized = true;  ///< looked for in normalized text, itself normalized
};

/// Part of a text: an added token or what the model is to encode.
struct TokenSegment {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::optional<std::int32_t> id;
};

/// The added tokens of a tokenizer, found as the `tokenizers` library finds them.
class AddedTokens {
public:
    AddedTokens() = default;
    AddedTokens(std::vector<AddedToken> tokens, const Normalizer* normalizer);

    /// Cuts raw text at tokens that are not normalized.
    std::vector<TokenSegment> splitRaw(std::string_view text) const;
    /// Cuts normalized text at the others.
    std::vector<TokenSegment> splitNormalized(std::string_view text) const;

    const AddedToken* find(std::int32_t id) const;
    const AddedToken* find(std::string_view content) const;
    std::int32_t idEnd() const;

private:
    std::vector<TokenSegment> split(std::string_view text, const LiteralMatcher& matcher) const;

    std::vector<AddedToken> m_tokens;
    std::map<std::int32_t, std::size_t> m_byId;
    LiteralMatcher m_raw;
    LiteralMatcher m_normalized;
};

/// The "added_tokens" of tokenizer.json.
/// @throws Error (Input) naming file and JSON path, also where an id contradicts the vocabulary.
std::vector<AddedToken> readAddedTokens(const JsonPlace& place, const Vocabulary& vocabulary);

} // namespace quantscope
