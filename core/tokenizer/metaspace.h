#pragma once

#include "core/tokenizer/json_place.h"

#include <string>

namespace quantscope {

enum class PrependScheme { First, Never, Always };

/// The settings that Metaspace has as a pre-tokenizer and as a decoder.
struct Metaspace {
    /// @throws Error (Input) for settings that are not understood or contradict each other.
    explicit Metaspace(const JsonPlace& place);

    std::string replacement; ///< the one character that stands for a space
    PrependScheme prependScheme = PrependScheme::Always;
    bool isSplitting = true;
};

} // namespace quantscope
