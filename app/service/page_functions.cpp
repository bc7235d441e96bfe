#include "app/service/page_values_service.h"
#include "core/allocation/allocate_values.h"
#include "core/analysis/pages.h"
#include "core/analysis/paper_figures.h"
#include "core/analysis/reports.h"
#include "core/comparison/example_matching.h"
#include "core/comparison/session_comparer.h"

namespace quantscope {

PageFunctions corePageFunctions() {
    return {.overview = overviewValues,
            .examples = examplesValues,
            .errors = errorsValues,
            .residuals = residualsValues,
            .earlyExit = earlyExitValues,
            .patching = patchingValues,
            .weights = weightsValues,
            .report = reportValues,
            .paper = [](const SessionData& session) { return paperFigures(SessionView(session)); },
            .detail = exampleDetail,
            .scatter = scatterStatistics,
            .allocate = allocateValues,
            .compare = comparisonPage,
            .match = [](const SessionData& a, const SessionData& b) {
                return matchExamples(SessionView(a), SessionView(b));
            }};
}

} // namespace quantscope
