#include "core/tokenizer/sentencepiece_search.h"
#include "core/tokenizer/unicode.h"

#include <algorithm>
#include <limits>

namespace quantscope {

namespace {

using Type = SentencePieceModel::PieceType;

constexpr float unknownPenalty = 10; ///< below the worst piece, as in SentencePiece

/// The best way to reach a place of the text. Scores are kept in single precision, like
/// SentencePiece's, so that ties fall the same way.
struct BestPath {
    float score = 0;
    std::int64_t begin = -1; ///< of its last piece; −1: not reached
    std::int32_t id = -1;

    void offer(double newScore, std::size_t newBegin, std::int32_t newId) {
        if (begin < 0 || newScore > score) {
            score = static_cast<float>(newScore);
            begin = static_cast<std::int64_t>(newBegin);
            id = newId;
        }
    }
};

} // namespace

SentencePieceUnigram::SentencePieceUnigram(const SentencePieceModel& model)
    : SentencePieceSearch(model)
    , m_lowestScore(std::numeric_limits<float>::max())
    , m_highestScore(std::numeric_limits<float>::lowest()) {
    for (std::size_t id = 0; id < model.pieces.size(); ++id) {
        const SentencePieceModel::Piece& piece = model.pieces[id];
        if (piece.type == Type::Normal) {
            m_lowestScore = std::min(m_lowestScore, piece.score);
            m_highestScore = std::max(m_highestScore, piece.score);
        }
        if (piece.type == Type::Normal || piece.type == Type::UserDefined) {
            m_tree.add(piece.text, id);
        }
    }
}

double SentencePieceUnigram::scoreOf(std::int32_t id, std::size_t length) const {
    const SentencePieceModel::Piece& piece = m_model.pieces[static_cast<std::size_t>(id)];
    // A user-defined piece wins against whatever else covers its characters.
    return piece.type == Type::UserDefined ? static_cast<float>(length) * m_highestScore - 0.1
                                           : static_cast<double>(piece.score);
}

std::vector<FoundPiece> SentencePieceUnigram::search(std::string_view normalized) const {
    std::vector<BestPath> paths(normalized.size() + 1);
    const float unknownScore = m_lowestScore - unknownPenalty;
    for (std::size_t begin = 0; begin < normalized.size();) {
        const float scoreHere = paths[begin].score;
        const std::size_t characterSize = characterLength(normalized, begin);
        bool hasCharacter = false;
        m_tree.visitAt(normalized, begin, [&](std::size_t length, std::size_t value) {
            const auto id = static_cast<std::int32_t>(value);
            paths[begin + length].offer(scoreOf(id, length) + scoreHere, begin, id);
            hasCharacter = hasCharacter || length == characterSize;
        });
        if (!hasCharacter) {
            paths[begin + characterSize].offer(static_cast<double>(unknownScore + scoreHere), begin,
                                               m_model.unknownId);
        }
        begin += characterSize;
    }
    std::vector<FoundPiece> pieces;
    for (std::size_t end = normalized.size(); end > 0;) {
        const BestPath& path = paths[end];
        const auto begin = static_cast<std::size_t>(path.begin);
        pieces.push_back({normalized.substr(begin, end - begin), path.id});
        end = begin;
    }
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
}

} // namespace quantscope
