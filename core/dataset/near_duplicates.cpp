#include "core/dataset/near_duplicates.h"

#include "core/tokenizer/unicode.h"

#include <algorithm>
#include <string>
#include <xxhash.h>

namespace quantscope {

namespace {

std::vector<std::string_view> splitWords(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t wordBegin = 0;
    for (std::size_t position = 0; position < text.size();) {
        const std::size_t begin = position;
        if (isWhiteSpace(nextCodePoint(text, position))) {
            if (begin > wordBegin) {
                words.push_back(text.substr(wordBegin, begin - wordBegin));
            }
            wordBegin = position;
        }
    }
    if (wordBegin < text.size()) {
        words.push_back(text.substr(wordBegin));
    }
    return words;
}

} // namespace

std::vector<std::uint64_t> wordGrams(std::string_view text) {
    const std::vector<std::string_view> words = splitWords(text);
    std::vector<std::uint64_t> grams;
    const std::size_t count = words.size() >= NearDuplicates::gramWords
                                  ? words.size() - NearDuplicates::gramWords + 1
                                  : std::min<std::size_t>(words.size(), 1);
    std::string gram;
    for (std::size_t k = 0; k < count; ++k) {
        gram.clear();
        for (std::size_t w = k; w < std::min(words.size(), k + NearDuplicates::gramWords); ++w) {
            gram += words[w];
            gram += ' ';
        }
        grams.push_back(XXH3_64bits(gram.data(), gram.size()));
    }
    std::sort(grams.begin(), grams.end());
    grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
    return grams;
}

bool NearDuplicates::check(std::string_view text) {
    const std::vector<std::uint64_t> grams = wordGrams(text);
    std::unordered_map<std::uint32_t, std::size_t> shared;
    for (const std::uint64_t gram : grams) {
        if (const auto kept = m_keptWithGram.find(gram); kept != m_keptWithGram.end()) {
            for (const std::uint32_t other : kept->second) {
                ++shared[other];
            }
        }
    }
    for (const auto& [other, count] : shared) {
        const std::size_t together = grams.size() + m_gramCounts[other] - count;
        if (static_cast<double>(count) > threshold * static_cast<double>(together)) {
            return true;
        }
    }
    const auto index = static_cast<std::uint32_t>(m_gramCounts.size());
    for (const std::uint64_t gram : grams) {
        m_keptWithGram[gram].push_back(index);
    }
    m_gramCounts.push_back(grams.size());
    return false;
}

} // namespace quantscope
