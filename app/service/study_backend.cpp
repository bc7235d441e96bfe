#include "app/service/study_backend.h"

#include "core/session/session.h"
#include "core/study/later_patches.h"
#include "core/study/open_for_viewing.h"
#include "core/study/session_recipe.h"
#include "core/study/super_weight_table.h"

namespace quantscope {

StudyBackend coreBackend() {
    return {.run = runStudy,
            .resume = resumeStudy,
            .estimate = estimateStudy,
            .summarizeModel = quantscope::summarizeModel,
            .previewText = quantscope::previewText,
            .open = openForViewing,
            .canResume = quantscope::canResume,
            .save = saveSession,
            .openQuestions = quantscope::openQuestions,
            .keepPatches = quantscope::keepPatches,
            .forgetPatches = quantscope::forgetPatches,
            .methods = methodList,
            .planToJson = quantscope::planToJson,
            .planFromJson = quantscope::planFromJson,
            .demoPlan = quantscope::demoPlan,
            .superWeight = superWeightOutcomes,
            .exportRecipe = [](const SessionData& session, const RecipeRequest& request,
                               const std::string& form, const std::filesystem::path& file) {
                quantscope::exportRecipe(session, request, form, file);
            }};
}

} // namespace quantscope
