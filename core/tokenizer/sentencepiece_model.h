#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// What a SentencePiece model file holds (ModelProto of sentencepiece_model.proto).
struct SentencePieceModel {
    enum class PieceType {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6
    };
    enum class Kind { Unigram = 1, Bpe = 2 };

    struct Piece {
        std::string text;
        float score = 0;
        PieceType type = PieceType::Normal;
    };

    struct Normalization {
        std::string characterMap; ///< precompiled; empty: none
        bool addsDummyPrefix = true;
        bool removesExtraSpaces = true;
        bool escapesSpaces = true;
    };

    std::vector<Piece> pieces; ///< by id
    Kind kind = Kind::Unigram;
    bool treatsSpaceAsSuffix = false;
    bool hasByteFallback = false;
    std::string unknownSurface = " \xE2\x81\x87 "; ///< what an unknown token decodes to
    std::string startPiece = "<s>";
    std::string endPiece = "</s>";
    Normalization normalizer;
    Normalization denormalizer; ///< only its character map counts
    std::int32_t unknownId = -1;
};

/// Finds the unknown piece and checks that no piece stands twice and that bytes are complete.
/// @throws Error (Input) naming the file and the piece.
void checkPieces(SentencePieceModel& model, const std::string& file);

/// @throws Error (Input) naming file and byte offset.
SentencePieceModel readSentencePieceModel(std::string_view content, const std::string& file);

} // namespace quantscope
