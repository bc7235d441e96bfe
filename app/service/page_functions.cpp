#include "app/service/page_values_service.h"
#include "core/analysis/pages.h"

namespace quantscope {

PageFunctions corePageFunctions() {
    return {.overview = overviewValues,
            .examples = examplesValues,
            .errors = errorsValues,
            .residuals = residualsValues,
            .earlyExit = earlyExitValues,
            .patching = patchingValues,
            .weights = weightsValues,
            .detail = exampleDetail,
            .scatter = scatterStatistics};
}

} // namespace quantscope
