#pragma once

#include <string_view>

namespace quantscope::demo {

/// Rules of the grammar, by subject (Grammar describes their form).
std::string_view wordRules();
std::string_view storyRules();
std::string_view dialogueRules();
std::string_view kitchenRules();
std::string_view reportRules();

} // namespace quantscope::demo
