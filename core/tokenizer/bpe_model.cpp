#include "core/tokenizer/bpe_model.h"

#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>
#include <queue>

#include <algorithm>
#include <mutex>
#include <utility>

namespace quantscope {

namespace {

constexpr std::size_t longestCachedWord = 64;
constexpr std::size_t largestCache = 100'000;

std::uint64_t pairKey(std::int32_t left, std::int32_t right) {
    return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 |
           static_cast<std::uint32_t>(right);
}

/// A merge that may be made; the best is that of lowest rank, then the leftmost.
struct Candidate {
    std::int32_t rank;
    std::int32_t position;
    std::int32_t merged;

    bool operator<(const Candidate& other) const {
        return rank != other.rank ? rank > other.rank : position > other.position;
    }
};

struct Symbol {
    std::int32_t id;
    std::int32_t previous;
    std::int32_t next;
    bool isRemoved;
};

} // namespace

std::size_t BpeModel::PairHash::operator()(std::uint64_t pair) const {
    pair ^= pair >> 32;
    pair *= 0x9E3779B97F4A7C15ull;
    return pair ^ (pair >> 29);
}

BpeModel::BpeModel(const JsonPlace& place) {
    place.onlyKeys({"type", "dropout", "unk_token", "continuing_subword_prefix",
                    "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab",
                    "merges"});
    if (const auto dropout = place.find("dropout");
        dropout && !(dropout->value().is_number() && dropout->value().get<double>() == 0)) {
        dropout->fail("null, since dropout makes ids random");
    }
    m_continuingPrefix = place.textOr("continuing_subword_prefix", "");
    m_wordSuffix = place.textOr("end_of_word_suffix", "");
    m_isFusingUnknown = place.booleanOr("fuse_unk", false);
    m_isIgnoringMerges = place.booleanOr("ignore_merges", false);
    m_vocabulary = readVocabulary(place.require("vocab"));
    if (const auto unknown = place.find("unk_token")) {
        m_unknown = m_vocabulary.find(unknown->text());
        if (!m_unknown) {
            unknown->fail("a token of the vocabulary");
        }
    }
    if (place.booleanOr("byte_fallback", false)) {
        for (int byte = 0; byte < 256; ++byte) {
            m_byteTokens.push_back(
                m_vocabulary.find(fallbackToken(static_cast<unsigned char>(byte))));
        }
    }
    readMerges(place.require("merges"));
}

BpeModel::BpeModel(Vocabulary pieces) : m_vocabulary(std::move(pieces)), m_isIgnoringMerges(true) {
    for (std::int32_t id = 0; id < m_vocabulary.idEnd(); ++id) {
        const std::string* piece = m_vocabulary.piece(id);
        if (piece == nullptr) {
            continue;
        }
        for (std::size_t cut = characterLength(*piece, 0); cut < piece->size();
             cut += characterLength(*piece, cut)) {
            const auto left = m_vocabulary.find(std::string_view(*piece).substr(0, cut));
            const auto right = m_vocabulary.find(std::string_view(*piece).substr(cut));
            if (left && right) {
                m_merges[pairKey(*left, *right)] = {id, id};
            }
        }
    }
}

void BpeModel::readMerges(const JsonPlace& place) {
    if (!place.value().is_array()) {
        place.fail("an array");
    }
    m_merges.reserve(place.value().size());
    std::int32_t rank = 0;
    for (const JsonPlace& merge : place.items()) {
        if (merge.value().is_string()) {
            const std::string text = merge.text();
            if (text.starts_with("#version")) {
                continue;
            }
            const std::size_t space = text.find(' ');
            if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
                merge.fail("two pieces with a space between them");
            }
            addMerge(merge, text.substr(0, space), text.substr(space + 1), rank);
        } else {
            const std::vector<JsonPlace> pair = merge.items();
            if (pair.size() != 2) {
                merge.fail("two pieces");
            }
            addMerge(merge, pair[0].text(), pair[1].text(), rank);
        }
        ++rank;
    }
}

void BpeModel::addMerge(const JsonPlace& place, const std::string& left, const std::string& right,
                        std::int32_t rank) {
    const auto require = [&](const std::string& piece) {
        const auto id = m_vocabulary.find(piece);
        if (!id) {
            place.complain(fmt::format("the merge of \"{}\" and \"{}\" needs \"{}\", which the "
                                       "vocabulary lacks",
                                       left, right, piece));
        }
        return *id;
    };
    const std::int32_t leftId = require(left);
    const std::int32_t rightId = require(right);
    if (right.size() < m_continuingPrefix.size()) {
        place.fail(fmt::format("a second piece that begins with \"{}\"", m_continuingPrefix));
    }
    const std::int32_t merged = require(left + right.substr(m_continuingPrefix.size()));
    m_merges[pairKey(leftId, rightId)] = {rank, merged};
}

const BpeModel::Merge* BpeModel::findMerge(std::int32_t left, std::int32_t right) const {
    const auto found = m_merges.find(pairKey(left, right));
    return found == m_merges.end() ? nullptr : &found->second;
}

std::vector<std::int32_t> BpeModel::characters(std::string_view word) const {
    std::vector<std::int32_t> ids;
    ids.reserve(word.size());
    bool isUnknownWaiting = false; // so that a run can be fused
    std::string decorated;
    for (std::size_t begin = 0; begin < word.size();) {
        const std::size_t length = characterLength(word, begin);
        std::string_view character = word.substr(begin, length);
        const bool hasPrefix = begin > 0 && !m_continuingPrefix.empty();
        const bool hasSuffix = begin + length == word.size() && !m_wordSuffix.empty();
        if (hasPrefix || hasSuffix) {
            decorated = hasPrefix ? m_continuingPrefix : "";
            decorated += character;
            decorated += hasSuffix ? m_wordSuffix : "";
            character = decorated;
        }
        begin += length;
        if (const auto id = m_vocabulary.find(character)) {
            if (isUnknownWaiting) {
                ids.push_back(*m_unknown);
                isUnknownWaiting = false;
            }
            ids.push_back(*id);
            continue;
        }
        const auto byteToken = [this](char c) {
            return m_byteTokens[static_cast<unsigned char>(c)];
        };
        if (!m_byteTokens.empty() && std::all_of(character.begin(), character.end(), [&](char c) {
                return byteToken(c).has_value();
            })) {
            // A waiting unknown token stays behind these bytes, as in the reference program.
            for (const char c : character) {
                ids.push_back(*byteToken(c));
            }
            continue;
        }
        if (m_unknown) {
            if (isUnknownWaiting && !m_isFusingUnknown) {
                ids.push_back(*m_unknown);
            }
            isUnknownWaiting = true;
        }
    }
    if (isUnknownWaiting) {
        ids.push_back(*m_unknown);
    }
    return ids;
}

void BpeModel::mergeAll(std::vector<std::int32_t>& ids) const {
    const auto count = static_cast<std::int32_t>(ids.size());
    std::vector<Symbol> symbols(ids.size());
    std::vector<Candidate> initial;
    for (std::int32_t k = 0; k < count; ++k) {
        symbols[static_cast<std::size_t>(k)] = {ids[static_cast<std::size_t>(k)], k - 1,
                                                k + 1 < count ? k + 1 : -1, false};
        if (k + 1 < count) {
            if (const Merge* merge = findMerge(ids[static_cast<std::size_t>(k)],
                                               ids[static_cast<std::size_t>(k) + 1])) {
                initial.push_back({merge->rank, k, merge->merged});
            }
        }
    }
    std::priority_queue<Candidate> queue({}, std::move(initial));
    const auto at = [&](std::int32_t k) -> Symbol& { return symbols[static_cast<std::size_t>(k)]; };
    const auto consider = [&](std::int32_t left, std::int32_t right) {
        if (left >= 0 && right >= 0) {
            if (const Merge* merge = findMerge(at(left).id, at(right).id)) {
                queue.push({merge->rank, left, merge->merged});
            }
        }
    };
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        Symbol& left = at(best.position);
        if (left.isRemoved || left.next < 0) {
            continue;
        }
        Symbol& right = at(left.next);
        const Merge* merge = findMerge(left.id, right.id);
        if (merge == nullptr || merge->merged != best.merged) {
            continue; // one of the two has changed since
        }
        left.id = best.merged;
        left.next = right.next;
        right.isRemoved = true;
        if (left.next >= 0) {
            at(left.next).previous = best.position;
        }
        consider(left.previous, best.position);
        consider(best.position, left.next);
    }
    ids.clear();
    for (const Symbol& symbol : symbols) {
        if (!symbol.isRemoved) {
            ids.push_back(symbol.id);
        }
    }
}

void BpeModel::encode(std::string_view word, std::vector<std::int32_t>& ids) const {
    if (word.empty()) {
        return;
    }
    if (m_isIgnoringMerges) {
        if (const auto id = m_vocabulary.find(word)) {
            ids.push_back(*id);
            return;
        }
    }
    const bool isCached = word.size() <= longestCachedWord;
    if (isCached) {
        const std::shared_lock lock(m_cacheMutex);
        if (const auto found = m_cache.find(word); found != m_cache.end()) {
            ids.insert(ids.end(), found->second.begin(), found->second.end());
            return;
        }
    }
    std::vector<std::int32_t> result = characters(word);
    mergeAll(result);
    ids.insert(ids.end(), result.begin(), result.end());
    if (isCached) {
        const std::unique_lock lock(m_cacheMutex);
        if (m_cache.size() < largestCache) {
            m_cache.try_emplace(std::string(word), std::move(result));
        }
    }
}

} // namespace quantscope
