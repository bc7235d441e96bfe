#include "core/tokenizer/word_piece_model.h"

#include "core/tokenizer/unicode.h"

#include <algorithm>

namespace quantscope {

WordPieceModel::WordPieceModel(const JsonPlace& place) {
    place.onlyKeys(
        {"type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab"});
    const JsonPlace vocabulary = place.require("vocab");
    m_vocabulary = readVocabulary(vocabulary);
    m_continuingPrefix = place.textOr("continuing_subword_prefix", "##");
    const std::string unknown = place.textOr("unk_token", "[UNK]");
    const auto id = m_vocabulary.find(unknown);
    if (!id) {
        vocabulary.fail("the unknown token \"" + unknown + "\" among the pieces");
    }
    m_unknown = *id;
    constexpr std::int64_t usual = 100;
    constexpr std::int64_t most = 100'000;
    const auto longest = place.find("max_input_chars_per_word");
    m_longestWord = static_cast<std::size_t>(longest ? longest->integer(0, most) : usual);
    for (std::int32_t piece = 0; piece < m_vocabulary.idEnd(); ++piece) {
        if (const std::string* text = m_vocabulary.piece(piece)) {
            m_longestPiece = std::max(m_longestPiece, text->size());
        }
    }
}

void WordPieceModel::encode(std::string_view word, std::vector<std::int32_t>& ids) const {
    std::vector<std::size_t> ends; // of each character
    for (std::size_t position = 0; position < word.size();) {
        position += characterLength(word, position);
        ends.push_back(position);
    }
    if (ends.size() > m_longestWord) {
        ids.push_back(m_unknown);
        return;
    }
    const std::size_t before = ids.size();
    std::string candidate;
    for (std::size_t first = 0, begin = 0; first < ends.size();) {
        std::size_t last = ends.size();
        for (; last > first; --last) {
            candidate = begin > 0 ? m_continuingPrefix : "";
            if (ends[last - 1] - begin + candidate.size() > m_longestPiece) {
                continue;
            }
            candidate += word.substr(begin, ends[last - 1] - begin);
            if (const auto id = m_vocabulary.find(candidate)) {
                ids.push_back(*id);
                break;
            }
        }
        if (last == first) {
            ids.resize(before);
            ids.push_back(m_unknown);
            return;
        }
        begin = ends[last - 1];
        first = last;
    }
}

} // namespace quantscope
