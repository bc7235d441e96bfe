#pragma once

#include "core/checkpoint/gguf_metadata.h"
#include "core/tokenizer/sentencepiece_model.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace quantscope {

/// Tokens of a GGUF file by id, and those that may stand around a text. The types are numbered as
/// SentencePiece's. Views are valid as long as the metadata is.
struct GgufVocabulary {
    using TokenType = SentencePieceModel::PieceType;

    std::vector<std::string_view> tokens;
    std::vector<TokenType> types;
    std::optional<std::int32_t> start;
    std::optional<std::int32_t> end;
    std::optional<bool> addsStart; ///< nothing where the file doesn't say
    std::optional<bool> addsEnd;

    /// The token of an id that the vocabulary has.
    std::string_view token(std::int32_t id) const { return tokens[static_cast<std::size_t>(id)]; }
};

/// @throws Error (Input): tokens that are missing, empty, no UTF-8 or there twice, a type that is
/// not known, ids outside.
GgufVocabulary readGgufVocabulary(const GgufMetadata& metadata);

} // namespace quantscope
