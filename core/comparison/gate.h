#pragma once

#include "core/comparison/gate_expression.h"
#include "core/comparison/session_comparer.h"

#include <string>
#include <vector>

namespace quantscope {

/// Exit code of `compare` when a condition of --fail-if holds. Codes 1 to 6 are ErrorKind's.
inline constexpr int gateFailedExitCode = 7;

/// One condition on one pair of lanes.
struct GateResult {
    std::string condition;
    LanePair lanes;
    bool failed = false;    ///< the condition holds
    std::string detail;     ///< the numbers, or why it cannot be decided
    bool undecided = false; ///< a number that it names was not measured
};

/// Every condition on every pair of quantized lanes; on the references only where no other pair
/// was asked for.
/// @throws Error (Usage) for a group that is not there, (Input) when there is no pair of lanes
std::vector<GateResult> applyGates(const SessionComparer& comparer,
                                   const std::vector<GateExpression>& conditions);

/// What a shell sees: 0, gateFailedExitCode, or 3 where a condition could not be decided.
int exitCodeOf(const std::vector<GateResult>& results);

} // namespace quantscope
