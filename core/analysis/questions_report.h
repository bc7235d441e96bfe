#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/figure.h"
#include "core/data/table.h"

#include <string>

namespace quantscope {

/// Accuracy of the reference less that of a lane, by popularity: figure 5 of the published study
/// for its lane, 17 to 19 for the others.
Figure popularityDrop(const SessionView& view, const std::string& lane, const Resamples& resamples);

// The tables of questions; sessionTable knows them by name.

/// Every question that was answered, by lane.
Table questionsTable(const SessionView& view);
/// Accuracy and its drop by bucket and lane.
Table popularityTable(const SessionView& view);
/// Every choice, by question and lane.
Table choicesTable(const SessionView& view);

} // namespace quantscope
