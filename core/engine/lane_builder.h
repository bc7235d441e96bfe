#pragma once

#include "core/data/study_plan.h"
#include "core/engine/lane.h"

#include <string>
#include <vector>

namespace quantscope {

/// The reference lane, one lane a method and one an imported checkpoint, in the plan's order, and
/// the noise floor last where it is asked for.
/// @throws Error (Usage) when two lanes have the same name.
std::vector<Lane> plainLanes(const StudyPlan& plan);

/// The layers that a set means for a model of that depth; for `each`, `upward` and `downward` one
/// entry a layer.
/// @throws Error (Usage) when a range reaches beyond the model.
std::vector<std::vector<std::int64_t>> expandLayers(const LayerSet& set, std::int64_t layers);

/// A patched lane as the session describes it.
struct PatchDescription {
    std::string base;
    std::string donor;
    std::string kind;      ///< "down", or "weights-down" where matrices are restored
    std::string layers;    ///< "2-4", "3"
    std::string positions; ///< "all", "0", "1-4,7"
    std::string control;   ///< "", "no-op", "zero", "mean" or "random"
};

struct PatchedLanes {
    std::vector<Lane> lanes;                    ///< to be appended to the plain ones
    std::vector<PatchDescription> descriptions; ///< of each
};

/// Patched lanes of the plan for the methods named (lane indices ≥ 1): for each base lane one no-op
/// control (its own values put in again, which must change nothing), every kind at every set of
/// layers with its controls beside it, then the restored matrices.
/// @throws Error (Usage) for layers beyond the model, positions beyond the windows, and residual
/// patches of several layers.
PatchedLanes patchedLanes(const StudyPlan& plan, const std::vector<Lane>& plain,
                          const std::vector<std::size_t>& methods, std::int64_t layers);

} // namespace quantscope
