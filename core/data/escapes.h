#pragma once

#include <string>
#include <string_view>

namespace quantscope {

// Texts that are typed on one line: a line break is written \n, a tab \t, a backslash \\. Any other
// sign after a backslash stands as it is, the backslash too.

std::string escaped(std::string_view text);
std::string unescaped(std::string_view typed);

} // namespace quantscope
