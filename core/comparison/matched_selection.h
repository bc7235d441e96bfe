#pragma once

#include "core/data/pages/comparison.h"
#include "core/data/selection_values.h"

namespace quantscope {

/// The selection of A as it is in B: examples by their partners, those without one left out.
/// @param own  what B was saved with: its pins and groups stay beside those of A; of two groups of
///             one name A's counts
SelectionValues selectionInB(const SelectionValues& ofA, const ExampleMatching& matching,
                             const SelectionValues& own = {});

/// The matching with the sides exchanged.
ExampleMatching exchanged(const ExampleMatching& matching);

/// Does to the selection of one session what was done to that of the other: primary example, token,
/// layer and selected examples follow where they changed; pins and groups that were added, changed
/// or removed are so too. Pins and groups of its own stay.
/// @param before    the selection of the session where a person did something
/// @param after     the same now
/// @param matching  pairs with that session as A
/// @param other     the selection that follows
SelectionValues followSelection(const SelectionValues& before, const SelectionValues& after,
                                const ExampleMatching& matching, SelectionValues other);

} // namespace quantscope
