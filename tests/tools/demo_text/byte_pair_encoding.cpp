#include "tests/tools/demo_text/byte_pair_encoding.h"

#include "core/data/error.h"

#include <climits>

#include <algorithm>
#include <set>

namespace quantscope::demo {

namespace {

bool isSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<signed char>(c) < 0;
}
bool isOther(char c) { return !isSpace(c) && !isDigit(c) && !isLetter(c); }

/// Length of the first word of `text`, which has no digit:
/// '(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
std::size_t wordLength(std::string_view text) {
    for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
        if (text.starts_with(ending))
            return ending.size();
    const std::size_t begin = text[0] == ' ' ? 1 : 0;
    const auto runOf = [&](bool (*belongs)(char)) {
        std::size_t end = begin;
        while (end < text.size() && belongs(text[end]))
            ++end;
        return end > begin ? end : 0;
    };
    if (const std::size_t letters = runOf(isLetter))
        return letters;
    if (const std::size_t others = runOf(isOther))
        return others;
    std::size_t spaces = 0;
    while (spaces < text.size() && isSpace(text[spaces]))
        ++spaces;
    // The last space of a run belongs to the word after it.
    return spaces < text.size() && spaces > 1 ? spaces - 1 : spaces;
}

struct CountedWord {
    std::vector<std::int32_t> ids;
    std::int64_t count = 0;
};

void mergeInPlace(std::vector<std::int32_t>& ids, std::pair<std::int32_t, std::int32_t> pair,
                  std::int32_t merged) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < ids.size(); ++i, ++out) {
        const bool here = i + 1 < ids.size() && ids[i] == pair.first && ids[i + 1] == pair.second;
        ids[out] = here ? merged : ids[i];
        i += here ? 1 : 0;
    }
    ids.resize(out);
}

} // namespace

std::vector<std::string> splitWords(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t digit =
            std::size_t(std::find_if(text.begin(), text.end(), isDigit) - text.begin());
        std::string_view segment = text.substr(0, digit);
        while (!segment.empty()) {
            const std::size_t length = wordLength(segment);
            words.emplace_back(segment.substr(0, length));
            segment.remove_prefix(length);
        }
        text.remove_prefix(digit);
        if (!text.empty()) {
            words.emplace_back(text.substr(0, 1));
            text.remove_prefix(1);
        }
    }
    return words;
}

BytePairEncoding::BytePairEncoding() : m_pieces{"<s>", "</s>"} {
    for (int byte = 0; byte < 256; ++byte)
        m_pieces.emplace_back(1, char(byte));
}

void BytePairEncoding::addMerge(Pair pair) {
    m_merged[pair] = vocabularySize();
    m_merges.push_back(pair);
    m_pieces.push_back(m_pieces[std::size_t(pair.first)] + m_pieces[std::size_t(pair.second)]);
}

BytePairEncoding BytePairEncoding::train(const std::vector<std::string>& texts,
                                         std::int32_t vocabularySize) {
    BytePairEncoding encoding;
    std::map<std::string, std::int64_t> wordCounts;
    for (const std::string& text : texts)
        for (const std::string& word : splitWords(text))
            ++wordCounts[word];

    std::vector<CountedWord> words;
    std::map<Pair, std::int64_t> pairCounts;
    std::map<Pair, std::set<std::size_t>> wordsWith;
    const auto account = [&](std::size_t index, int sign) {
        const CountedWord& word = words[index];
        for (std::size_t i = 0; i + 1 < word.ids.size(); ++i) {
            const Pair pair{word.ids[i], word.ids[i + 1]};
            pairCounts[pair] += sign * word.count;
            wordsWith[pair].insert(index);
        }
    };
    for (const auto& [word, count] : wordCounts) {
        words.push_back({encoding.encodeWord(word), count});
        account(words.size() - 1, 1);
    }
    while (encoding.vocabularySize() < vocabularySize && !pairCounts.empty()) {
        const auto best = std::max_element(
            pairCounts.begin(), pairCounts.end(),
            [](const auto& left, const auto& right) { return left.second < right.second; });
        if (best->second < 2)
            break;
        const Pair pair = best->first;
        const std::int32_t merged = encoding.vocabularySize();
        encoding.addMerge(pair);
        for (const std::size_t index : std::set<std::size_t>(wordsWith[pair])) {
            account(index, -1);
            mergeInPlace(words[index].ids, pair, merged);
            account(index, 1);
        }
        wordsWith.erase(pair);
        std::erase_if(pairCounts, [](const auto& entry) { return entry.second == 0; });
    }
    return encoding;
}

std::vector<std::int32_t> BytePairEncoding::encodeWord(const std::string& word) const {
    std::vector<std::int32_t> ids;
    for (const char byte : word)
        ids.push_back(2 + static_cast<unsigned char>(byte));
    while (ids.size() > 1) {
        std::int32_t first = INT32_MAX; // ids of merged pieces are in the order of merging
        Pair pair;
        for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
            const auto found = m_merged.find({ids[i], ids[i + 1]});
            if (found != m_merged.end() && found->second < first) {
                first = found->second;
                pair = found->first;
            }
        }
        if (first == INT32_MAX)
            break;
        mergeInPlace(ids, pair, first);
    }
    return ids;
}

std::vector<std::int32_t> BytePairEncoding::encode(std::string_view text) {
    std::vector<std::int32_t> ids;
    for (const std::string& word : splitWords(text)) {
        const auto [entry, isNew] = m_known.try_emplace(word);
        if (isNew)
            entry->second = encodeWord(word);
        ids.insert(ids.end(), entry->second.begin(), entry->second.end());
    }
    // Rare names would fill the memory of a long training run.
    if (m_known.size() > 200000)
        m_known.clear();
    return ids;
}

} // namespace quantscope::demo
