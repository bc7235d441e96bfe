#pragma once

#include "core/tokenizer/json_place.h"
#include "core/tokenizer/token_model.h"
#include "core/tokenizer/vocabulary.h"

#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quantscope {

/// Byte-pair encoding with ranked merges, as the "model" of tokenizer.json describes it
/// (Sennrich et al., arXiv 1508.07909). A word of n characters takes O(n log n).
class BpeModel final : public TokenModel {
public:
    /// @throws Error (Input) naming file and JSON path for what is not understood.
    explicit BpeModel(const JsonPlace& place);

    /// Pieces of bytes whose ids are their ranks (tiktoken): of two neighbours that make a piece,
    /// those whose piece has the lowest id are merged first. A word that is a piece is that piece.
    explicit BpeModel(Vocabulary pieces);

    /// Adds the ids of one word. Characters that the vocabulary lacks become bytes, unknown tokens,
    /// or nothing, as the file says.
    void encode(std::string_view word, std::vector<std::int32_t>& ids) const override;

    const Vocabulary& vocabulary() const override { return m_vocabulary; }
    std::string_view name() const override { return "BPE"; }

private:
    struct Merge {
        std::int32_t rank = 0;
        std::int32_t merged = 0;
    };
    struct PairHash {
        std::size_t operator()(std::uint64_t pair) const;
    };

    void readMerges(const JsonPlace& place);
    void addMerge(const JsonPlace& place, const std::string& left, const std::string& right,
                  std::int32_t rank);
    const Merge* findMerge(std::int32_t left, std::int32_t right) const;
    std::vector<std::int32_t> characters(std::string_view word) const;
    void mergeAll(std::vector<std::int32_t>& ids) const;

    Vocabulary m_vocabulary;
    std::unordered_map<std::uint64_t, Merge, PairHash> m_merges;
    std::optional<std::int32_t> m_unknown;
    std::vector<std::optional<std::int32_t>> m_byteTokens; ///< 256, empty without byte fallback
    std::string m_continuingPrefix;
    std::string m_wordSuffix;
    bool m_isFusingUnknown = false;
    bool m_isIgnoringMerges = false;

    // Natural text repeats its words; results are kept for short ones, up to a bound.
    mutable std::shared_mutex m_cacheMutex;
    mutable TextMap<std::vector<std::int32_t>> m_cache;
};

} // namespace quantscope
