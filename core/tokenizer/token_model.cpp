#include "core/tokenizer/token_model.h"

#include "core/tokenizer/bpe_model.h"
#include "core/tokenizer/unigram_model.h"
#include "core/tokenizer/word_piece_model.h"

#include <fmt/format.h>

namespace quantscope {

std::unique_ptr<TokenModel> makeTokenModel(const JsonPlace& place) {
    const auto type = place.find("type");
    // Old files say nothing where they mean BPE.
    const std::string name = type ? type->text() : "BPE";
    if (name == "BPE") {
        return std::make_unique<BpeModel>(place);
    }
    if (name == "Unigram") {
        return std::make_unique<UnigramModel>(place);
    }
    if (name == "WordPiece") {
        return std::make_unique<WordPieceModel>(place);
    }
    type->fail("\"BPE\", \"Unigram\" or \"WordPiece\", the models that are supported");
}

Vocabulary readVocabulary(const JsonPlace& place) {
    if (!place.value().is_object() || place.value().empty()) {
        place.fail("an object of pieces and their ids");
    }
    Vocabulary vocabulary;
    for (const auto& [piece, id] : place.value().items()) {
        if (!id.is_number_integer() || id < 0 || id > Vocabulary::largestId) {
            place.find(piece).value_or(place).fail(
                fmt::format("an id from 0 to {}", Vocabulary::largestId));
        }
        const auto number = id.get<std::int32_t>();
        if (const std::string* other = vocabulary.piece(number)) {
            place.complain(
                fmt::format("\"{}\" and \"{}\" have the same id {}", *other, piece, number));
        }
        vocabulary.add(piece, number);
    }
    return vocabulary;
}

} // namespace quantscope
