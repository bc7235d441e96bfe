#pragma once

#include "core/tokenizer/json_place.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quantscope {

/// The special tokens put around a text.
struct SpecialFrame {
    std::vector<std::int32_t> before;
    std::vector<std::int32_t> after;

    bool isEmpty() const { return before.empty() && after.empty(); }
};

/// The "post_processor" of tokenizer.json for single texts: TemplateProcessing, RobertaProcessing,
/// BertProcessing, ByteLevel (which changes no ids) and sequences of them.
/// @throws Error (Input) naming file and JSON path for what is not understood.
SpecialFrame readPostProcessor(const JsonPlace& place, int depth = 0);

} // namespace quantscope
