#pragma once

#include "core/tokenizer/json_place.h"

#include <memory>
#include <string>

namespace quantscope {

/// A stretch of text on its way to ids.
struct TextPiece {
    std::string text;
    bool isTextStart = false; ///< begins where the whole text begins
};

/// A step that rewrites text before it is cut into words.
class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual void normalize(TextPiece& piece) const = 0;
};

/// The "normalizer" of tokenizer.json.
/// @throws Error (Input) naming file and JSON path for what is not understood.
std::unique_ptr<Normalizer> makeNormalizer(const JsonPlace& place, int depth = 0);

/// What this program itself calls NFC by the newest Unicode.
inline constexpr const char* newestNfc = "NFC of the newest Unicode";

/// How deep steps may nest in a file; real ones stop at two.
inline constexpr int deepestNesting = 8;

} // namespace quantscope
