#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace quantscope::demo {

/// Byte-level byte-pair encoding (Sennrich et al., arXiv 1508.07909, on bytes as in GPT-2), as
/// small as the demo needs: it learns its merges, encodes training text fast, and writes
/// tokenizer.json. Every digit is a piece of its own.
class BytePairEncoding {
public:
    static constexpr std::int32_t startToken = 0; ///< <s>
    static constexpr std::int32_t endToken = 1;   ///< </s>

    /// Merges the most frequent pair until there are `vocabularySize` pieces; ties go to the pair
    /// of smaller ids, so the result depends on the texts alone.
    static BytePairEncoding train(const std::vector<std::string>& texts,
                                  std::int32_t vocabularySize);

    /// Reads what `save` wrote. @throws Error (Input)
    static BytePairEncoding load(const std::filesystem::path& folder);

    /// Writes tokenizer.json and tokenizer_config.json. @throws Error (Output)
    void save(const std::filesystem::path& folder) const;

    /// Ids without start and end tokens. Not safe from several threads: words are remembered.
    std::vector<std::int32_t> encode(std::string_view text);

    std::int32_t vocabularySize() const { return std::int32_t(m_pieces.size()); }

private:
    using Pair = std::pair<std::int32_t, std::int32_t>;

    BytePairEncoding();
    void addMerge(Pair pair);
    std::vector<std::int32_t> encodeWord(const std::string& word) const;

    std::vector<std::string> m_pieces; ///< bytes of each id; names of the special ones
    std::vector<Pair> m_merges;        ///< in the order they were learned
    std::map<Pair, std::int32_t> m_merged;
    std::unordered_map<std::string, std::vector<std::int32_t>> m_known;
};

/// How text falls into the words that merges stay within: each digit alone, the rest as GPT-2's
/// expression splits it. Bytes beyond ASCII count as letters.
std::vector<std::string> splitWords(std::string_view text);

} // namespace quantscope::demo
