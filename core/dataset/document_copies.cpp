#include "core/dataset/document_copies.h"

#include "core/tokenizer/unicode.h"

#include <string>
#include <unordered_map>
#include <utility>
#include <xxhash.h>

namespace quantscope {

namespace {

/// The words of a text in lower case, a blank between them.
std::string wordsOf(const std::string& text) {
    const std::string lower = lowerCase(text);
    std::string words;
    bool isInWord = false;
    for (std::size_t position = 0; position < lower.size();) {
        const std::size_t begin = position;
        const bool isPart = isWordCharacter(nextCodePoint(lower, position));
        if (isPart && !isInWord && !words.empty())
            words += ' ';
        if (isPart)
            words.append(lower, begin, position - begin);
        isInWord = isPart;
    }
    return words;
}

} // namespace

std::vector<std::vector<std::size_t>> groupCopies(const std::vector<Document>& documents) {
    std::vector<std::vector<std::size_t>> groups;
    std::unordered_map<std::string, std::size_t> groupOf; // by 128 bits of the words' hash
    for (std::size_t place = 0; place < documents.size(); ++place) {
        const std::string words = wordsOf(documents[place].text);
        if (!words.empty()) {
            const XXH128_hash_t hash = XXH3_128bits(words.data(), words.size());
            const std::string key(reinterpret_cast<const char*>(&hash), sizeof hash);
            const auto [found, isNew] = groupOf.emplace(key, groups.size());
            if (!isNew) {
                groups[found->second].push_back(place);
                continue;
            }
        }
        groups.push_back({place});
    }
    return groups;
}

} // namespace quantscope
