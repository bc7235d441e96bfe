#pragma once

#include "core/data/pages/common.h"

#include <cstdint>

namespace quantscope {

/// A patch that was asked for afterwards, on one example. Losses in nat; by token from position 0,
/// where none is predicted.
struct PatchedExample {
    std::size_t example = 0;
    double before = notMeasured; ///< mean NLL of the base
    double after = notMeasured;  ///< when patched
    double donor =
        notMeasured; ///< of the lane that the values are from; of a control, the full one
    std::vector<double> tokensBefore;
    std::vector<double> tokensAfter;
    std::vector<double> tokensDonor;
    std::vector<std::string> pieces;
};

struct PatchRun {
    std::int32_t run = 0;
    std::string created;
    std::string baseLane;
    std::string donorLane;
    std::string kind;
    std::string layers;
    std::string positions;
    std::string control; ///< empty: none
    std::vector<PatchedExample> examples;
    double before = notMeasured; ///< means over the examples
    double after = notMeasured;
    double donor = notMeasured;
    double recovered = notMeasured; ///< (before − after) / (before − donor), never clipped
};

struct PatchHistoryValues {
    std::vector<PatchRun> runs; ///< in the order in which they were asked for
};

} // namespace quantscope
