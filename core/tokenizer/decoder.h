#pragma once

#include "core/tokenizer/json_place.h"

#include <memory>
#include <string>
#include <vector>

namespace quantscope {

/// A step that turns tokens back into text; the text is the tokens that remain, joined.
class Decoder {
public:
    virtual ~Decoder() = default;
    virtual void decode(std::vector<std::string>& tokens) const = 0;
};

/// The "decoder" of tokenizer.json.
/// @throws Error (Input) naming file and JSON path for what is not understood.
std::unique_ptr<Decoder> makeDecoder(const JsonPlace& place, int depth = 0);

} // namespace quantscope
