#pragma once

#include "core/data/session_data.h"
#include "core/data/study_plan.h"
#include "core/dataset/dataset.h"

#include <vector>

namespace quantscope {

/// "/sets/d_large", "/sets/d_ctrl", "/sets/d_matched" [lane, example] of every method, from
/// "/examples/…" and the plan's fraction and seed. The reference's rows are 0.
SessionData chooseSets(const StudyPlan& plan, const SessionData& scores,
                       const TokenWindows& windows);

/// Examples that are in any of a lane's three sets, ascending.
std::vector<std::size_t> unionOfSets(const SessionData& sets, std::size_t lane);

} // namespace quantscope
