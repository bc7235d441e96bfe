#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/details.h"
#include "core/data/pages/early_exit.h"
#include "core/data/pages/errors.h"
#include "core/data/pages/examples.h"
#include "core/data/pages/overview.h"
#include "core/data/pages/patching.h"
#include "core/data/pages/residuals.h"
#include "core/data/pages/weights.h"
#include "core/data/session_data.h"

namespace quantscope {

// What each page shows, computed from a session (complete or still growing: what is not there yet
// is empty or NaN, never an error). Pure functions, safe to run in any thread.

OverviewValues overviewValues(const SessionData& session);
OverviewValues overviewOf(const SessionView& view); ///< with the view's options
ExamplesValues examplesValues(const SessionData& session);
ErrorsValues errorsValues(const SessionData& session);
ScatterStatistics scatterStatistics(const ExampleColumn& x, const ExampleColumn& y,
                                    const SessionData& session);
ResidualsValues residualsValues(const SessionData& session, const ResidualsRequest& request);
EarlyExitValues earlyExitValues(const SessionData& session, const std::string& lane);
PatchingValues patchingValues(const SessionData& session, const std::string& lane);
PatchingValues patchingOf(const SessionView& view, const std::string& lane);
WeightsValues weightsValues(const SessionData& session, const std::string& method,
                            const std::string& statistic);
ExampleDetail exampleDetail(const SessionData& session, std::size_t example,
                            const std::string& lane);

} // namespace quantscope
