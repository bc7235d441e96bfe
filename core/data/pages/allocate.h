#pragma once

#include "core/data/pages/common.h"
#include "core/data/site.h"

#include <optional>

namespace quantscope {

/// What the page Allocate asks for while its slider moves.
struct AllocateRequest {
    double bitsPerWeight = 0; ///< 0: the session's own budget, or the middle of what can be had
    std::string candidate;    ///< whose sensitivities are shown; empty: the leanest
    std::string objective;    ///< as `allocate` takes it; empty: the session's own, else mean-kl
    std::optional<std::vector<Module>> protect; ///< kinds of matrices; nothing: the session's own
    std::vector<std::string> among;             ///< candidates that may be chosen; empty: all
};

/// The map of sensitivities and the assignment that a budget leads to.
struct AllocateValues {
    bool measured = false;
    AllocateRequest request; ///< with what was chosen for it
    std::vector<std::string> candidates;
    std::vector<std::string> objectives; ///< that can be asked for, those of groups among them
    double least = notMeasured; ///< bits per weight of the leanest assignment
    double most = notMeasured;  ///< of the one with the most
    Matrix sensitivity;         ///< layer × matrix: KL with it alone quantized
    Matrix bits;                ///< layer × matrix: of the chosen candidate
    double spent = notMeasured; ///< bits per weight of the assignment
    double predicted = notMeasured; ///< objective
    double bound = notMeasured;     ///< no assignment is predicted to do better
    bool optimal = false;
    std::vector<std::size_t> matricesOfCandidate; ///< how many matrices each candidate has
};

} // namespace quantscope
