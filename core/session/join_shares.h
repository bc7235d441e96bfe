#pragma once

#include "core/data/session_data.h"

#include <vector>

namespace quantscope {

// Several processes measure one study: each some of its examples, or some rows of a table.

/// One part of parts that cover examples one share after the other: arrays with a dimension
/// "example" or "removal_example" are put end to end along it, of the others the first part's
/// stands for all.
/// @throws Error (Internal) where the parts do not fit together
SessionData joinExamples(const std::vector<SessionData>& shares);

/// Puts into `part` what it lacks and `other` has: arrays, and in arrays of both the numbers that
/// were not measured (NaN, or the fill value of integers).
/// @throws Error (Internal) where arrays of both differ in shape or type
void fillMissing(SessionData& part, const SessionData& other);

} // namespace quantscope
