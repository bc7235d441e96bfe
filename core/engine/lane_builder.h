#pragma once

#include "core/data/study_plan.h"
#include "core/engine/lane.h"

#include <string>
#include <vector>

namespace quantscope {

/// The reference lane, one lane a method and one an imported checkpoint, in the plan's order.
/// @throws Error (Usage) when two lanes have the same name.
std::vector<Lane> plainLanes(const StudyPlan& plan);

/// The layers that a set means for a model of that depth; for `each`, one entry a layer.
/// @throws Error (Usage) when a range reaches beyond the model.
std::vector<std::vector<std::int64_t>> expandLayers(const LayerSet& set, std::int64_t layers);

/// A patched lane as the session describes it.
struct PatchDescription {
    std::string base;
    std::string donor;
    std::string kind;
    std::string layers;  ///< "2-4", "3"
    std::string control; ///< "" or "no-op"
};

struct PatchedLanes {
    std::vector<Lane> lanes;                    ///< to be appended to the plain ones
    std::vector<PatchDescription> descriptions; ///< of each
};

/// Patched lanes of the plan for the methods named (lane indices ≥ 1), and one no-op control for
/// each base lane: its own values put in again, which must change nothing.
PatchedLanes patchedLanes(const StudyPlan& plan, const std::vector<Lane>& plain,
                          const std::vector<std::size_t>& methods, std::int64_t layers);

} // namespace quantscope
