#pragma once

#include "core/tokenizer/json_place.h"

#include <string>
#include <string_view>

namespace quantscope {

/// BERT's clean-up of a text, as the library `tokenizers` does it.
struct BertNormalizer {
    bool cleansText = true;    ///< control characters away, white space to spaces
    bool spacesChinese = true; ///< spaces around ideographs
    bool stripsAccents = true;
    bool lowersCase = true;

    /// The "BertNormalizer" of tokenizer.json. @throws Error (Input).
    explicit BertNormalizer(const JsonPlace& place);

    std::string normalize(std::string_view text) const;
};

} // namespace quantscope
