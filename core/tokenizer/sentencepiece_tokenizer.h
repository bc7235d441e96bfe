#pragma once

#include "core/tokenizer/sentencepiece_model.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_config.h"

namespace quantscope {

/// Opens a SentencePiece model (tokenizer.model), BPE or unigram.
/// @throws Error (Input) naming file and byte offset.
std::unique_ptr<Tokenizer> openSentencePiece(const std::filesystem::path& path,
                                             const TokenizerConfig& config);

/// The same from a model that is read already, whatever file it stood in.
std::unique_ptr<Tokenizer> makeSentencePiece(SentencePieceModel model,
                                             const TokenizerOrigin& origin,
                                             const TokenizerConfig& config);

} // namespace quantscope
