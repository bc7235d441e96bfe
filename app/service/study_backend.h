#pragma once

#include "core/data/pages/figure.h"
#include "core/data/recipe_request.h"
#include "core/study/study.h"

namespace quantscope {

/// The use cases that the services call, as values: tests put others in their place.
struct StudyBackend {
    std::function<void(const StudyPlan&, Job&, const StudyFollower&)> run;
    std::function<void(const std::filesystem::path&, Job&, const StudyFollower&)> resume;
    std::function<StudyEstimate(const StudyPlan&, Job&)> estimate;
    std::function<ModelSummary(const std::filesystem::path&)> summarizeModel;
    std::function<TextPreview(const StudyPlan&, Job&)> previewText;
    std::function<std::shared_ptr<const SessionData>(const std::filesystem::path&)> open;
    std::function<bool(const std::filesystem::path&)> canResume;
    std::function<void(const std::filesystem::path&, const SessionData&)> save;
    std::function<SessionQuestions(const std::shared_ptr<const SessionData>&,
                                   const std::filesystem::path&)>
        openQuestions;
    std::function<std::vector<KeptPatch>(const SessionData&, const std::filesystem::path&,
                                         std::vector<KeptPatch>)>
        keepPatches;
    std::function<std::vector<KeptPatch>(const SessionData&, const std::filesystem::path&,
                                         const std::vector<std::int32_t>&)>
        forgetPatches;
    std::function<std::vector<MethodInfo>()> methods;
    std::function<std::string(const StudyPlan&)> planToJson;
    std::function<StudyPlan(const std::string&)> planFromJson;
    std::function<StudyPlan()> demoPlan;
    std::function<TableFigure(std::shared_ptr<const SessionData>, const std::filesystem::path&,
                              const std::string& lane, Job&)>
        superWeight;
    std::function<void(const SessionData&, const RecipeRequest&, const std::string& form,
                       const std::filesystem::path&)>
        exportRecipe;
};

/// The real ones, of core/study and core/session.
StudyBackend coreBackend();

} // namespace quantscope
