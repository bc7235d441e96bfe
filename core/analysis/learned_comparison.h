#pragma once

#include "core/analysis/error_spread.h"
#include "core/analysis/learned_lanes.h"
#include "core/data/table.h"

namespace quantscope {

/// Relative errors [lane, layer, example] of the blocks' outputs: in the residual stream of the
/// lane, and of each block fed with the reference's input (instrument local).
inline constexpr const char* accumulatedErrorPath = "/sites/resid_post/relative_error";
inline constexpr const char* localErrorPath = "/sites/resid_post/local_relative_error";

/// A trained lane against its base, of the same examples.
struct LearnedComparison {
    LearnedLane learned;
    Interval nllDifference; ///< mean NLL less the base's; below 0 is better
    SpreadComparison accumulated;
    SpreadComparison local; ///< nothing measured where the instrument was off
};

LearnedComparison compareWithBase(const SessionView& view, const LearnedLane& learned,
                                  const Resamples& resamples);

/// One row a trained lane whose base is in the study, and quantity: value, low and high.
Table learnedTable(const SessionView& view);

} // namespace quantscope
