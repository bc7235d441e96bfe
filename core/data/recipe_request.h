#pragma once

#include "core/data/site.h"

#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// Which recipe of a session is wanted: a measured assignment, or the answer to another budget.
struct RecipeRequest {
    std::string assignment = "allocated";
    std::optional<double> bitsPerWeight; ///< solve again for this budget, from "/sensitivity"
    std::string objective = "mean-kl";   ///< of that
    std::vector<Module> protect;         ///< of that
    std::vector<std::string> candidates; ///< of that; empty: all of the session
};

} // namespace quantscope
