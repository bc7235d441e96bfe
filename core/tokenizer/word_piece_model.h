#pragma once

#include "core/tokenizer/token_model.h"

#include <string>

namespace quantscope {

/// The longest piece that begins a word, then the longest that goes on with the rest, and so forth
/// (Schuster and Nakajima 2012; BERT); a word that cannot be covered is one unknown token.
class WordPieceModel final : public TokenModel {
public:
    /// @throws Error (Input) naming file and JSON path for what is not understood.
    explicit WordPieceModel(const JsonPlace& place);

    void encode(std::string_view word, std::vector<std::int32_t>& ids) const override;

    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    std::string_view name() const override { return "WordPiece"; }

private:
    Vocabulary m_vocabulary;
    std::string m_continuingPrefix;
    std::int32_t m_unknown = 0;
    std::size_t m_longestWord = 0;  ///< in characters; longer ones are unknown
    std::size_t m_longestPiece = 0; ///< in bytes
};

} // namespace quantscope
