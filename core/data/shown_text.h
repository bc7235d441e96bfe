#pragma once

#include <string>
#include <string_view>

namespace quantscope {

/// A text from a file as a sentence can show it: control characters, which would cut the sentence
/// off or spoil a terminal, are written as \x0a.
std::string shownText(std::string_view text);

} // namespace quantscope
