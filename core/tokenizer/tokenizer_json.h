#pragma once

#include "core/tokenizer/token_model.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_config.h"

#include <nlohmann/json.hpp>

namespace quantscope {

/// Opens a tokenizer.json. What is in the file and not understood is an error, since a step left
/// out changes ids.
/// @throws Error (Input) naming file and JSON path.
std::unique_ptr<Tokenizer> openTokenizerJson(const std::filesystem::path& path,
                                             const TokenizerConfig& config);

/// A tokenizer from the content of a tokenizer.json, wherever that came from.
/// @throws Error (Input) naming the origin's file and the JSON path.
std::unique_ptr<Tokenizer> makeTokenizer(const nlohmann::json& content,
                                         const TokenizerOrigin& origin,
                                         const TokenizerConfig& config);

/// The same around a model that is not in the content.
std::unique_ptr<Tokenizer> makeTokenizer(const nlohmann::json& content,
                                         std::unique_ptr<TokenModel> model,
                                         const TokenizerOrigin& origin,
                                         const TokenizerConfig& config);

} // namespace quantscope
