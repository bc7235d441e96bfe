#pragma once

#include "core/comparison/gate_expression.h"
#include "core/comparison/session_comparer.h"

#include <string>
#include <vector>

namespace quantscope {

/// Exit code of `compare` when a condition of --fail-if holds. Codes 1 to 6 are ErrorKind's.
inline constexpr int gateFailedExitCode = 7;

/// Every condition on every pair of quantized lanes; on the references only where no other pair
/// was asked for.
/// @throws Error (Usage) for a group that is not there, (Input) when there is no pair of lanes
std::vector<GateResult> applyGates(const SessionComparer& comparer,
                                   const std::vector<GateExpression>& conditions);
/// The same on the pairs named.
std::vector<GateResult> applyGates(const SessionComparer& comparer,
                                   const std::vector<LanePair>& among,
                                   const std::vector<GateExpression>& conditions);

/// The same for a page, where a person writes the conditions: one that cannot be read, or names a
/// group that is not there, is an outcome that says why, beside those of the others.
std::vector<GateResult> tryGates(const SessionComparer& comparer,
                                 const std::vector<LanePair>& pairs,
                                 const std::vector<std::string>& conditions);

/// What a shell sees: 0, gateFailedExitCode, or 3 where a condition could not be decided.
int exitCodeOf(const std::vector<GateResult>& results);

} // namespace quantscope
