#pragma once

#include "core/allocation/allocation_problem.h"

#include <stop_token>

namespace quantscope {

struct SolverOptions {
    double relativeGap = 0; ///< end where no better solution than by this share is left
    double seconds = 30;    ///< end here with the best solution found
    std::stop_token stop;
};

/// For a person who waits: the same answer wherever it is asked for.
SolverOptions interactiveSolver(std::stop_token stop = {});

struct AllocationSolution {
    Assignment assignment;
    double cost = 0;
    double bits = 0;
    double bound = 0;     ///< no assignment costs less than this
    bool optimal = false; ///< proved, within the gap asked for
};

/// Solves the integer program by branch and bound (GLPK). Runs in any thread.
/// @param bitsPerWeight  the budget, on average over all weights
/// @throws Error (Usage) where no assignment fits the budget, saying what the least is, and
/// Error (Interrupted) once a stop is asked for.
AllocationSolution solveAllocation(const AllocationProblem& problem, double bitsPerWeight,
                                   const SolverOptions& options = {});

} // namespace quantscope
