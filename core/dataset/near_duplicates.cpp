#include "core/dataset/near_duplicates.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <xxhash.h>

namespace quantscope {

namespace {

constexpr std::size_t gram = 5;
constexpr double largestOverlap = 0.1;

/// Distinct 5-grams of a text as 64-bit hashes, ascending.
std::vector<std::uint64_t> fiveGrams(const std::string& text) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t from = text.find_first_not_of(" \t\r\n\v\f", at);
        if (from == std::string::npos)
            break;
        at = std::min(text.find_first_of(" \t\r\n\v\f", from), text.size());
        words.push_back(std::string_view(text).substr(from, at - from));
    }
    std::vector<std::uint64_t> grams;
    for (std::size_t i = 0; i + gram <= words.size(); ++i) {
        std::string joined;
        for (std::size_t j = 0; j < gram; ++j)
            joined.append(words[i + j]).push_back('\n');
        grams.push_back(XXH3_64bits(joined.data(), joined.size()));
    }
    std::sort(grams.begin(), grams.end());
    grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
    return grams;
}

} // namespace

std::vector<std::uint8_t> findNearDuplicates(const std::vector<std::string>& texts, Job& job) {
    std::vector<std::uint8_t> marked(texts.size(), 0);
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> keptWith; // 5-gram → kept texts
    std::vector<std::size_t> gramCount(texts.size(), 0);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        job.throwIfStopped();
        const std::vector<std::uint64_t> grams = fiveGrams(texts[i]);
        std::unordered_map<std::size_t, std::size_t> shared; // kept text → common 5-grams
        for (const std::uint64_t hash : grams)
            if (const auto found = keptWith.find(hash); found != keptWith.end())
                for (const std::size_t other : found->second)
                    ++shared[other];
        gramCount[i] = grams.size();
        for (const auto& [other, common] : shared) {
            const double together = double(grams.size() + gramCount[other] - common);
            if (double(common) / together > largestOverlap)
                marked[i] = 1;
        }
        if (!marked[i])
            for (const std::uint64_t hash : grams)
                keptWith[hash].push_back(i);
    }
    return marked;
}

} // namespace quantscope
