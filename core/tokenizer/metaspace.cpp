#include "core/tokenizer/metaspace.h"

#include "core/tokenizer/unicode.h"

namespace quantscope {

Metaspace::Metaspace(const JsonPlace& place) {
    // str_rep is the replacement once more, written by versions of 2020–2023.
    place.onlyKeys(
        {"type", "replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep"});
    const JsonPlace replacementPlace = place.require("replacement");
    replacement = replacementPlace.text();
    if (replacement.empty() || characterLength(replacement, 0) != replacement.size()) {
        replacementPlace.fail("one character");
    }
    isSplitting = place.booleanOr("split", true);
    const bool addsPrefix = place.booleanOr("add_prefix_space", true);
    if (const auto scheme = place.find("prepend_scheme")) {
        const std::string name = scheme->text();
        if (name == "first") {
            prependScheme = PrependScheme::First;
        } else if (name == "never") {
            prependScheme = PrependScheme::Never;
        } else if (name != "always") {
            scheme->fail("first, never or always");
        }
        if (!addsPrefix && prependScheme != PrependScheme::Never) {
            scheme->complain("contradicts add_prefix_space, which is false");
        }
    } else if (!addsPrefix) {
        prependScheme = PrependScheme::Never;
    }
}

} // namespace quantscope
