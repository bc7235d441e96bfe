#pragma once

#include "app/service/page_values_service.h"
#include "views/export/figure_set.h"

namespace quantscope {

/// Computes everything that the figures of a session are drawn from. Runs in any thread; takes as
/// long as computing every page once for every lane.
FigureSetValues gatherFigureValues(const SessionData& session, const PageFunctions& functions);

} // namespace quantscope
