#include "core/tokenizer/sentencepiece_model.h"

#include "core/data/error.h"
#include "core/data/shown_text.h"
#include "core/tokenizer/byte_level.h"
#include "core/tokenizer/unicode.h"
#include "core/tokenizer/vocabulary.h"
#include "core/tokenizer/wire_reader.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace quantscope {

namespace {

[[noreturn]] void fail(const std::string& file, const std::string& what) {
    throw Error(ErrorKind::Input, fmt::format("{}: {}.", file, shownText(what)));
}

SentencePieceModel::Piece readPiece(const WireReader::Field& message, const std::string& file) {
    SentencePieceModel::Piece piece;
    WireReader reader(message.bytes, file, message.offset);
    while (const auto field = reader.next()) {
        if (field->number == 1) {
            piece.text = field->requireBytes(file).bytes;
        } else if (field->number == 2) {
            piece.score = field->asFloat();
        } else if (field->number == 3) {
            if (field->value < 1 || field->value > 6) {
                fail(file, fmt::format("a piece has type {}, expected 1 to 6", field->value));
            }
            piece.type = static_cast<SentencePieceModel::PieceType>(field->value);
        }
    }
    if (piece.text.empty() || findInvalidUtf8(piece.text)) {
        fail(file, fmt::format("the piece at byte {} is empty or not UTF-8", message.offset));
    }
    if (!std::isfinite(piece.score)) {
        fail(file, fmt::format("the piece \"{}\" has a score that is no number", piece.text));
    }
    return piece;
}

void readTrainer(const WireReader::Field& message, const std::string& file,
                 SentencePieceModel& model) {
    WireReader reader(message.bytes, file, message.offset);
    while (const auto field = reader.next()) {
        switch (field->number) {
        case 3:
            if (field->value != 1 && field->value != 2) {
                fail(file, fmt::format("the model type is {}; expected 1 (unigram) or 2 (BPE)",
                                       field->value));
            }
            model.kind = static_cast<SentencePieceModel::Kind>(field->value);
            break;
        case 24:
            model.treatsSpaceAsSuffix = field->value != 0;
            break;
        case 35:
            model.hasByteFallback = field->value != 0;
            break;
        case 44:
            model.unknownSurface = field->requireBytes(file).bytes;
            break;
        case 46:
            model.startPiece = field->requireBytes(file).bytes;
            break;
        case 47:
            model.endPiece = field->requireBytes(file).bytes;
            break;
        default: // settings of the training
            break;
        }
    }
}

void readNormalization(const WireReader::Field& message, const std::string& file,
                       SentencePieceModel::Normalization& normalization) {
    WireReader reader(message.bytes, file, message.offset);
    while (const auto field = reader.next()) {
        switch (field->number) {
        case 2:
            normalization.characterMap = field->requireBytes(file).bytes;
            break;
        case 3:
            normalization.addsDummyPrefix = field->value != 0;
            break;
        case 4:
            normalization.removesExtraSpaces = field->value != 0;
            break;
        case 5:
            normalization.escapesSpaces = field->value != 0;
            break;
        default: // names and the source of the map
            break;
        }
    }
}

} // namespace

void checkPieces(SentencePieceModel& model, const std::string& file) {
    using Type = SentencePieceModel::PieceType;
    TextMap<std::size_t> seen;
    std::array<bool, 256> hasByte{};
    for (std::size_t id = 0; id < model.pieces.size(); ++id) {
        const SentencePieceModel::Piece& piece = model.pieces[id];
        if (!seen.try_emplace(piece.text, id).second) {
            fail(file, fmt::format("the piece \"{}\" stands twice", piece.text));
        }
        if (piece.type == Type::Unknown) {
            if (model.unknownId >= 0) {
                fail(file, "there is more than one unknown piece");
            }
            model.unknownId = static_cast<std::int32_t>(id);
        } else if (piece.type == Type::Byte) {
            const auto byte = fallbackByte(piece.text);
            if (!byte) {
                fail(file,
                     fmt::format("the byte piece \"{}\" names no byte such as <0x0A>", piece.text));
            }
            hasByte[*byte] = true;
        }
    }
    if (model.unknownId < 0) {
        fail(file, model.pieces.empty() ? "the file has no pieces, so it is no SentencePiece model"
                                        : "there is no unknown piece");
    }
    if (model.hasByteFallback) {
        for (std::size_t byte = 0; byte < hasByte.size(); ++byte) {
            if (!hasByte[byte]) {
                fail(file,
                     fmt::format("it falls back to bytes, but the piece for byte {} is missing",
                                 byte));
            }
        }
    }
}

SentencePieceModel readSentencePieceModel(std::string_view content, const std::string& file) {
    SentencePieceModel model;
    WireReader reader(content, file);
    while (const auto field = reader.next()) {
        switch (field->number) {
        case 1:
            model.pieces.push_back(readPiece(field->requireBytes(file), file));
            if (model.pieces.size() > static_cast<std::size_t>(Vocabulary::largestId)) {
                fail(file, fmt::format("there are more than {} pieces", Vocabulary::largestId));
            }
            break;
        case 2:
            readTrainer(field->requireBytes(file), file, model);
            break;
        case 3:
            readNormalization(field->requireBytes(file), file, model.normalizer);
            break;
        case 5:
            readNormalization(field->requireBytes(file), file, model.denormalizer);
            break;
        default: // self-test data and extensions
            break;
        }
    }
    checkPieces(model, file);
    return model;
}

} // namespace quantscope
