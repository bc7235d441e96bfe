#pragma once

#include "core/analysis/session_view.h"
#include "core/data/table.h"

namespace quantscope {

// The tables of instruments that are off unless asked for; without rows where they were off.
// sessionTable knows them by name.

/// Attention, the budget of the MLP's error, activations, influence and updates of units, counts of
/// massive activations and CKA.
Table instrumentsTable(const SessionView& view);

/// The budget of the MLP's error of one example by token; rows where it was kept by token.
Table budgetTable(const SessionView& view, std::size_t example);

/// The largest massive activations of each lane and layer.
Table massiveTable(const SessionView& view);

/// Mean loss of the reference without units, and with MLPs skipped.
Table removalTable(const SessionView& view);

/// Candidates of super weights of each lane and layer.
Table superWeightsTable(const SessionView& view);

/// Load, router's weight and errors of each expert, by lane and layer.
Table expertsTable(const SessionView& view);

} // namespace quantscope
