#pragma once

#include "core/data/pages/comparison.h"
#include "core/data/selection_values.h"

namespace quantscope {

/// The selection of A as it is in B: examples by their partners, those without one left out.
/// @param own  what B was saved with: its pins and groups stay beside those of A; of two groups of
///             one name A's counts
SelectionValues selectionInB(const SelectionValues& ofA, const ExampleMatching& matching,
                             const SelectionValues& own = {});

} // namespace quantscope
