#pragma once

#include "core/tokenizer/normalizer.h"

#include <memory>
#include <vector>

namespace quantscope {

/// A step that cuts normalized text into the words that the model sees one by one.
class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;

    /// Replaces the pieces by finer ones; empty pieces vanish.
    virtual void split(std::vector<TextPiece>& pieces) const = 0;
};

/// The "pre_tokenizer" of tokenizer.json.
/// @throws Error (Input) naming file and JSON path for what is not understood.
std::unique_ptr<PreTokenizer> makePreTokenizer(const JsonPlace& place, int depth = 0);

} // namespace quantscope
