#include "core/study/resume.h"

#include "core/data/error.h"
#include "core/data/method_spec.h"
#include "core/engine/memory_plan.h"
#include "core/session/session.h"
#include "core/study/plan_paths.h"
#include "core/study/study.h"
#include "core/study/study_inputs.h"

#include <fmt/format.h>

namespace quantscope {

namespace {

/// What of two memory plans for one study gives other last digits; empty where nothing does.
std::string difference(const StudySizes& sizes, const MemoryPlan& before, const MemoryPlan& now) {
    const bool wasSideBySide = before.quantizeAtOnce > 1;
    const bool isSideBySide = now.quantizeAtOnce > 1;
    if (sizes.methodLanes > 0 && wasSideBySide != isSideBySide)
        return isSideBySide ? "methods are quantized side by side, a core each, and were one after "
                              "the other with all cores"
                            : "methods are quantized one after the other with all cores, and were "
                              "side by side, a core each";
    if (sizes.methodLanes > 0 && !isSideBySide && before.threads != now.threads)
        return fmt::format("products of quantizing take {} threads, and took {}", now.threads,
                           before.threads);
    if (before.lanesTogether != now.lanesTogether)
        return fmt::format("{} lanes at most share a product, and {} did", now.lanesTogether,
                           before.lanesTogether);
    if (sizes.questions.rows > 0 && before.questionBatch != now.questionBatch)
        return fmt::format("{} rows of questions make a product, and {} did", now.questionBatch,
                           before.questionBatch);
    return {};
}

} // namespace

StudyPlan interruptedPlan(const std::filesystem::path& session) {
    const StudyFolder folder(session);
    if (!canResume(session) && std::filesystem::exists(folder.path() / "allocation"))
        throw Error(ErrorKind::Input,
                    fmt::format("{}: an allocation was interrupted here. Run the same `allocate` "
                                "command again: it goes on with what is finished.",
                                session.string()));
    if (!canResume(session))
        throw Error(ErrorKind::Input,
                    fmt::format("{}: there is no unfinished study to resume.", session.string()));
    StudyPlan plan = withFoundPaths(planFromJson(folder.readPlan()), folder.sessionFile());
    plan.output = folder.sessionFile().string();
    checkPlan(plan);
    return plan;
}

std::string changeMemory(const std::filesystem::path& session, std::uint64_t bytes, Job& job,
                         const RankPlace& place) {
    const StudyPlan plan = interruptedPlan(session);
    const StudyInputs inputs = loadInputs(plan, job);
    const ModelConfig& config = inputs.checkpoint->config();
    StudySizes sizes = studySizes(plan, inputs, place);
    const MemoryPlan before = planMemory(config, sizes);
    sizes.budgetBytes = bytes / static_cast<std::uint64_t>(place.onMachine);
    const MemoryPlan now = planMemory(config, sizes);
    if (!now.estimate.fits)
        throw Error(ErrorKind::Resources, now.estimate.reason);
    const StudyFolder folder(session);
    StudyPlan kept = planFromJson(folder.readPlan());
    kept.resources.memoryBytes = bytes;
    folder.writePlan(planToJson(kept));
    const std::string other = difference(sizes, before, now);
    if (other.empty())
        return {};
    return fmt::format("With {} {}: the last digits of what is still to come may differ from those "
                       "of a study that had as much from its beginning.",
                       formatByteSize(bytes), other);
}

} // namespace quantscope
