#include "core/tokenizer/sentencepiece_search.h"
#include "core/tokenizer/unicode.h"

#include <queue>

#include <unordered_map>
#include <utility>

namespace quantscope {

namespace {

using Type = SentencePieceModel::PieceType;

/// A merge that may be made; the best is that of highest score, then the leftmost.
struct Candidate {
    float score;
    std::int32_t left;
    std::int32_t right;
    std::size_t size; ///< of the merged text: tells whether the two still are what they were

    bool operator<(const Candidate& other) const {
        return score != other.score ? score < other.score : left > other.left;
    }
};

struct Symbol {
    std::string_view text; ///< empty: merged into its left neighbour
    std::int32_t previous = -1;
    std::int32_t next = -1;
    bool isFrozen = false; ///< a user-defined piece, never merged
};

} // namespace

/// One search: the symbols of a text and the merges that wait.
class SentencePieceBpe::Run {
public:
    Run(const SentencePieceBpe& search, std::string_view normalized) : m_search(search) {
        for (std::size_t begin = 0; begin < normalized.size();) {
            const std::size_t frozen = search.m_userDefined.longestAt(normalized, begin).length;
            const std::size_t length = frozen > 0 ? frozen : characterLength(normalized, begin);
            const auto index = static_cast<std::int32_t>(m_symbols.size());
            const bool isLast = begin + length == normalized.size();
            m_symbols.push_back(
                {normalized.substr(begin, length), index - 1, isLast ? -1 : index + 1, frozen > 0});
            begin += length;
        }
        for (std::int32_t k = 1; k < static_cast<std::int32_t>(m_symbols.size()); ++k) {
            consider(k - 1, k);
        }
    }

    std::vector<FoundPiece> finish() {
        while (!m_queue.empty()) {
            const Candidate best = m_queue.top();
            m_queue.pop();
            merge(best);
        }
        std::vector<FoundPiece> pieces;
        for (std::int32_t k = m_symbols.empty() ? -1 : 0; k >= 0; k = at(k).next) {
            resegment(at(k).text, pieces);
        }
        return pieces;
    }

private:
    Symbol& at(std::int32_t index) { return m_symbols[static_cast<std::size_t>(index)]; }

    void consider(std::int32_t left, std::int32_t right) {
        if (left < 0 || right < 0 || at(left).isFrozen || at(right).isFrozen) {
            return;
        }
        const std::string_view merged(at(left).text.data(),
                                      at(left).text.size() + at(right).text.size());
        const auto found = m_search.m_mergeable.find(merged);
        if (found == m_search.m_mergeable.end()) {
            return;
        }
        const auto& piece = m_search.m_model.pieces[static_cast<std::size_t>(found->second)];
        m_queue.push({piece.score, left, right, merged.size()});
        if (piece.type == Type::Unused) {
            m_origins[merged] = {at(left).text, at(right).text};
        }
    }

    void merge(const Candidate& candidate) {
        Symbol& left = at(candidate.left);
        Symbol& right = at(candidate.right);
        if (left.text.empty() || right.text.empty() ||
            left.text.size() + right.text.size() != candidate.size) {
            return;
        }
        left.text = std::string_view(left.text.data(), candidate.size);
        left.next = right.next;
        if (right.next >= 0) {
            at(right.next).previous = candidate.left;
        }
        right.text = {};
        consider(left.previous, candidate.left);
        consider(candidate.left, left.next);
    }

    /// Unused pieces only lead to others; in the result they are what they were made of.
    void resegment(std::string_view whole, std::vector<FoundPiece>& pieces) const {
        std::vector<std::string_view> open = {whole};
        while (!open.empty()) {
            const std::string_view text = open.back();
            open.pop_back();
            const std::int32_t id = m_search.idOf(text);
            const auto origin = m_origins.find(text);
            if (m_search.m_model.pieces[static_cast<std::size_t>(id)].type == Type::Unused &&
                origin != m_origins.end()) {
                open.push_back(origin->second.second);
                open.push_back(origin->second.first);
            } else {
                pieces.push_back({text, id});
            }
        }
    }

    const SentencePieceBpe& m_search;
    std::vector<Symbol> m_symbols;
    std::priority_queue<Candidate> m_queue;
    std::unordered_map<std::string_view, std::pair<std::string_view, std::string_view>> m_origins;
};

SentencePieceBpe::SentencePieceBpe(const SentencePieceModel& model,
                                   const LiteralMatcher& userDefined)
    : SentencePieceSearch(model)
    , m_userDefined(userDefined) {
    for (std::size_t id = 0; id < model.pieces.size(); ++id) {
        const SentencePieceModel::Piece& piece = model.pieces[id];
        const bool isMergeable = piece.type == Type::Normal || piece.type == Type::UserDefined ||
                                 piece.type == Type::Unused;
        (isMergeable ? m_mergeable : m_reserved).emplace(piece.text, static_cast<std::int32_t>(id));
    }
}

std::int32_t SentencePieceBpe::idOf(std::string_view text) const {
    if (const auto found = m_reserved.find(text); found != m_reserved.end()) {
        return found->second;
    }
    const auto found = m_mergeable.find(text);
    return found == m_mergeable.end() ? m_model.unknownId : found->second;
}

std::vector<FoundPiece> SentencePieceBpe::search(std::string_view normalized) const {
    return Run(*this, normalized).finish();
}

} // namespace quantscope
