#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/residuals.h"

#include <string>
#include <vector>

namespace quantscope {

/// Examples in the order in which a map has its columns.
struct ExampleOrder {
    std::vector<std::size_t> examples;
    ColumnGroups groups; ///< every example is in one of them; empty: not grouped
    std::string title;   ///< of the axis
};

/// Groups as the request says, and sorted as it says within each. What has no value to sort by
/// stands last in its group. D_large stands first and D_ctrl last, the order of their errors;
/// labels stand in the order of the text; what is in no group stands behind all others.
ExampleOrder orderedExamples(const SessionView& view, const ResidualsRequest& request);

} // namespace quantscope
