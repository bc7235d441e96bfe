#pragma once

#include "core/analysis/session_view.h"

#include <optional>
#include <string>
#include <vector>

namespace quantscope {

/// A lane whose method trains, and the lane of the same study that it is to be held against.
struct LearnedLane {
    std::string lane;
    std::size_t method = 0; ///< position in the session's dimension "method"
    std::string base;       ///< empty: the study has none
};

/// The lanes that train, in the order of the study. The base of LSI and SDE is the method that they
/// name with its options, that of other trained methods round to nearest; both with the same bits
/// and groups. Where no lane has the base's very options, the first with its bits and groups.
std::vector<LearnedLane> learnedLanes(const SessionView& view);

/// The one of that name; for another name the first whose base trains as well, else the first;
/// nothing without any.
std::optional<LearnedLane> learnedLane(const SessionView& view, const std::string& lane);

} // namespace quantscope
