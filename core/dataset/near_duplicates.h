#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace quantscope {

/// Tells texts that share much with one seen before: Jaccard index of their sets of 5-grams of
/// white-space words above 0.1 (the paper's rule). Exact up to collisions of 64-bit hashes, by an
/// inverted index from n-grams to the texts kept.
class NearDuplicates {
public:
    static constexpr std::size_t gramWords = 5;
    static constexpr double threshold = 0.1;

    /// True when the text is a near-duplicate of a kept one; otherwise it is kept.
    bool check(std::string_view text);

private:
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> m_keptWithGram;
    std::vector<std::size_t> m_gramCounts; ///< of each kept text
};

/// Hashes of the distinct 5-grams of a text, ascending. A text of fewer words is one gram.
std::vector<std::uint64_t> wordGrams(std::string_view text);

} // namespace quantscope
