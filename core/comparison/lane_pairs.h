#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/comparison.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// Which lanes of two sessions are compared.
struct LanePairs {
    std::vector<LanePair> pairs; ///< quantized lanes in the order of A, then the references
    std::vector<std::string> onlyInA;
    std::vector<std::string> onlyInB;
    bool byBeingAlone = false; ///< no names agree, but each session has one quantized lane
};

/// Lanes of one name; where no quantized lanes have one and each session has a single one, those.
LanePairs pairLanes(const SessionView& a, const SessionView& b);

/// As a person names them.
/// @param wishes  "A=B", lanes of either session; names may hold "=" themselves
/// @throws Error (Usage) listing the lanes, when a wish names no pair or several.
LanePairs pairLanes(const SessionView& a, const SessionView& b,
                    std::span<const std::string> wishes);

} // namespace quantscope
