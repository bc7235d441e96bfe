#pragma once

#include "core/tokenizer/literal_matcher.h"
#include "core/tokenizer/sentencepiece_model.h"
#include "core/tokenizer/vocabulary.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// A stretch of normalized text and the id of its piece (the unknown id where it has none).
struct FoundPiece {
    std::string_view text;
    std::int32_t id = 0;
};

/// Cuts normalized text into pieces; one of the two kinds of SentencePiece models.
class SentencePieceSearch {
public:
    explicit SentencePieceSearch(const SentencePieceModel& model) : m_model(model) {}
    virtual ~SentencePieceSearch() = default;
    virtual std::vector<FoundPiece> search(std::string_view normalized) const = 0;

protected:
    const SentencePieceModel& m_model;
};

/// Merges of the best-scoring neighbours (Sennrich et al., arXiv 1508.07909), O(n log n).
class SentencePieceBpe : public SentencePieceSearch {
public:
    SentencePieceBpe(const SentencePieceModel& model, const LiteralMatcher& userDefined);
    std::vector<FoundPiece> search(std::string_view normalized) const override;

private:
    class Run;

    std::int32_t idOf(std::string_view text) const;

    const LiteralMatcher& m_userDefined;
    TextMap<std::int32_t> m_mergeable; ///< normal, user-defined and unused pieces
    TextMap<std::int32_t> m_reserved;  ///< the others
};

/// The likeliest cut under a unigram model (Kudo, arXiv 1804.10959), by dynamic programming.
class SentencePieceUnigram : public SentencePieceSearch {
public:
    explicit SentencePieceUnigram(const SentencePieceModel& model);
    std::vector<FoundPiece> search(std::string_view normalized) const override;

private:
    double scoreOf(std::int32_t id, std::size_t length) const;

    LiteralMatcher m_tree; ///< normal, user-defined and unused pieces
    float m_lowestScore = 0;
    float m_highestScore = 0;
};

} // namespace quantscope
