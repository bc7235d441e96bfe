#pragma once

#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/tokenizer_config.h"

namespace quantscope {

/// Opens a tokenizer.json. What is in the file and not understood is an error, since a step left
/// out changes ids.
/// @throws Error (Input) naming file and JSON path.
std::unique_ptr<Tokenizer> openTokenizerJson(const std::filesystem::path& path,
                                             const TokenizerConfig& config);

} // namespace quantscope
