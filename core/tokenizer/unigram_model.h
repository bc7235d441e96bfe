#pragma once

#include "core/tokenizer/literal_matcher.h"
#include "core/tokenizer/token_model.h"

#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// The likeliest cut of a word under a unigram model (Kudo, arXiv 1804.10959), as the library
/// `tokenizers` finds it: scores in double precision, runs of unknown characters as one token.
class UnigramModel final : public TokenModel {
public:
    /// @throws Error (Input) naming file and JSON path for what is not understood.
    explicit UnigramModel(const JsonPlace& place);

    /// @throws Error (Input) for a character that no piece covers where the file names no unknown
    /// token.
    void encode(std::string_view word, std::vector<std::int32_t>& ids) const override;

    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    std::string_view name() const override { return "Unigram"; }

private:
    void readPieces(const JsonPlace& place);
    void addPart(std::string_view part, std::vector<std::int32_t>& ids) const;
    [[noreturn]] void refuse(std::string_view part) const;

    Vocabulary m_vocabulary;
    LiteralMatcher m_tree;
    std::vector<double> m_scores; ///< by id
    double m_lowestScore = 0;
    std::optional<std::int32_t> m_unknown;
    std::vector<std::optional<std::int32_t>> m_byteTokens; ///< 256, empty without byte fallback
    std::string m_where;
};

} // namespace quantscope
