#include "core/tokenizer/unigram_model.h"

#include "core/data/error.h"
#include "core/data/shown_text.h"
#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/unicode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace quantscope {

namespace {

constexpr double unknownPenalty = 10; ///< below the worst piece

/// The best way to reach a place of the word.
struct BestPath {
    double score = 0;
    std::int64_t begin = -1; ///< of its last piece; −1: not reached
    std::int32_t id = -1;

    void offer(double newScore, std::size_t newBegin, std::int32_t newId) {
        if (begin < 0 || newScore > score) {
            score = newScore;
            begin = static_cast<std::int64_t>(newBegin);
            id = newId;
        }
    }
};

} // namespace

UnigramModel::UnigramModel(const JsonPlace& place) : m_where(place.where()) {
    place.onlyKeys({"type", "unk_id", "vocab", "byte_fallback"});
    readPieces(place.require("vocab"));
    if (const auto unknown = place.find("unk_id")) {
        m_unknown = static_cast<std::int32_t>(
            unknown->integer(0, static_cast<std::int64_t>(m_scores.size()) - 1));
    }
    if (place.booleanOr("byte_fallback", false)) {
        for (int byte = 0; byte < 256; ++byte) {
            m_byteTokens.push_back(
                m_vocabulary.find(fallbackToken(static_cast<unsigned char>(byte))));
        }
    }
}

void UnigramModel::readPieces(const JsonPlace& place) {
    m_lowestScore = std::numeric_limits<double>::infinity();
    for (const JsonPlace& entry : place.items()) {
        const std::vector<JsonPlace> pair = entry.items();
        if (pair.size() != 2 || !pair[1].value().is_number() ||
            !std::isfinite(pair[1].value().get<double>())) {
            entry.fail("a piece and its score");
        }
        const std::string piece = pair[0].text();
        const auto id = static_cast<std::int32_t>(m_scores.size());
        if (m_vocabulary.find(piece)) {
            entry.complain(fmt::format("\"{}\" stands there twice", piece));
        }
        m_vocabulary.add(piece, id);
        m_tree.add(piece, static_cast<std::size_t>(id));
        m_scores.push_back(pair[1].value().get<double>());
        m_lowestScore = std::min(m_lowestScore, m_scores.back());
    }
    if (m_scores.empty()) {
        place.fail("pieces and their scores");
    }
}

void UnigramModel::refuse(std::string_view part) const {
    throw Error(ErrorKind::Input,
                fmt::format("{}: the text has \"{}\", which no piece covers, and there is no "
                            "unk_id for what is unknown.",
                            m_where, shownText(part)));
}

void UnigramModel::addPart(std::string_view part, std::vector<std::int32_t>& ids) const {
    if (const auto id = m_vocabulary.find(part)) {
        ids.push_back(*id);
        return;
    }
    const auto byteToken = [this](char c) { return m_byteTokens[static_cast<unsigned char>(c)]; };
    if (!m_byteTokens.empty() &&
        std::all_of(part.begin(), part.end(), [&](char c) { return byteToken(c).has_value(); })) {
        for (const char c : part) {
            ids.push_back(*byteToken(c));
        }
        return;
    }
    if (!m_unknown) {
        refuse(part);
    }
    ids.push_back(*m_unknown);
}

void UnigramModel::encode(std::string_view word, std::vector<std::int32_t>& ids) const {
    std::vector<BestPath> paths(word.size() + 1);
    const double unknownScore = m_lowestScore - unknownPenalty;
    for (std::size_t begin = 0; begin < word.size();) {
        const double scoreHere = paths[begin].score;
        const std::size_t characterSize = characterLength(word, begin);
        bool hasCharacter = false;
        m_tree.visitAt(word, begin, [&](std::size_t length, std::size_t value) {
            const auto id = static_cast<std::int32_t>(value);
            paths[begin + length].offer(m_scores[value] + scoreHere, begin, id);
            hasCharacter = hasCharacter || length == characterSize;
        });
        if (!hasCharacter) {
            BestPath& next = paths[begin + characterSize];
            const double score = unknownScore + scoreHere;
            // Only where the unknown token would be taken: a longer piece may cover the character.
            if (m_unknown) {
                next.offer(score, begin, *m_unknown);
            } else if (next.begin < 0 || score > next.score) {
                refuse(word.substr(begin, characterSize));
            }
        }
        begin += characterSize;
    }
    // From the end; a run of unknown characters is one part.
    std::vector<std::string_view> parts;
    for (std::size_t end = word.size(); end > 0;) {
        auto begin = static_cast<std::size_t>(paths[end].begin);
        if (m_unknown && paths[end].id == *m_unknown) {
            while (begin > 0 && paths[begin].id == *m_unknown) {
                begin = static_cast<std::size_t>(paths[begin].begin);
            }
        }
        parts.push_back(word.substr(begin, end - begin));
        end = begin;
    }
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        addPart(*part, ids);
    }
}

} // namespace quantscope
