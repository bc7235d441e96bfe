#pragma once

#include "core/data/job.h"
#include "core/data/session_data.h"
#include "core/data/study_plan.h"

#include <filesystem>

namespace quantscope {

struct SensitivityOptions {
    /// The model, the examples to measure on, and the candidates as its methods.
    StudyPlan plan;
    std::filesystem::path work; ///< folder for codes and scratch; removed at the end
    bool wholes = true; ///< also all matrices of a layer, and one kind in all layers, together
};

/// Measures what quantizing each matrix alone costs and what restoring it alone gains, for every
/// candidate. Candidates quantize the whole model once, block by block; then a lane a matrix forks
/// from the reference (or from the candidate's lane) at the matrix' layer, so that lanes share what
/// comes before and all weights but one. Lanes walk in groups that fit the memory.
/// @return  a whole session: the examples, the candidates as lanes, "/weights/…" and
///          "/sensitivity/…"
/// @throws Error (Usage) for a candidate that trains all blocks together.
SessionData measureSensitivity(const SensitivityOptions& options, Job& job);

/// Refuses candidates that no assignment can use. @throws Error (Usage)
void checkCandidates(const std::vector<MethodSpec>& candidates);

/// Runs measureSensitivity() and writes the session to plan.output. The documents are those of the
/// text that `calibrationShare` leaves: the methods calibrate on that share of them, unless they
/// have a text of their own.
void runSensitivity(StudyPlan plan, double calibrationShare, Job& job);

} // namespace quantscope
