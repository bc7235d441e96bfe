#pragma once

#include "core/allocation/objective.h"
#include "core/data/job.h"
#include "core/data/study_plan.h"

#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// How much a model may take: bits per weight of its quantized matrices, or bytes of all of them.
struct AllocationBudget {
    double bitsPerWeight = 0; ///< 0: bytes are given
    double bytes = 0;
};

/// "3.5bpw", "3.5" or a size such as "400MB". @throws Error (Usage)
AllocationBudget parseAllocationBudget(std::string_view text);

struct AllocateOptions {
    /// Model, text, windows, calibration, imported lanes, resources, seed and output. Its examples
    /// are those of the held-out documents; it has no methods.
    StudyPlan study;
    std::vector<MethodSpec> candidates;
    AllocationBudget budget;
    std::vector<AllocationBudget> sweep; ///< more budgets, for the curve of size and error
    std::vector<Module> protect;         ///< kinds that get the candidate with the most bits
    AllocationObjective objective;
    double heldOutShare = 0.5;             ///< of the documents; no decision sees them
    std::int64_t calibrationExamples = 64; ///< that sensitivities are measured on
    std::int64_t draws = 3;                ///< of calibration text, each allocated anew
    std::int64_t randoms = 3;              ///< random assignments to compare with
};

/// From finding to fix: measures sensitivities on calibration documents, solves for the assignment
/// of candidates to matrices, quantizes the mixed model again and measures it on held-out
/// documents, beside a uniform assignment, random ones and one that spends the same bits on the
/// largest matrices.
///
/// Documents: a share is held out; of the others each draw takes half to calibrate methods on
/// (unless they have a text of their own, of which each draw takes half) and half to measure on.
/// Per draw the assignments that three readings of the sensitivities lead to, and the uniform ones
/// that fit, are quantized and measured on the calibration examples; the best of them is taken.
/// The session is an ordinary study of the held-out examples whose lanes are the assignments, with
/// "/sensitivity/…" and "/allocation/…" beside. Recipes stand in NAME.qscope.d/recipes.
///
/// What is finished when it is interrupted stays in NAME.qscope.d/allocation: called again with the
/// same options it goes on from there; with others it starts anew.
void allocateBits(const AllocateOptions& options, Job& job);

} // namespace quantscope
