#include "core/study/plan_paths.h"

#include <system_error>

namespace quantscope {

namespace {

namespace fs = std::filesystem;

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

/// Changes every path that a study reads.
template <typename Change>
StudyPlan changed(StudyPlan plan, const Change& change) {
    const auto apply = [&](std::string& path) {
        if (!path.empty())
            path = change(fs::path(path)).string();
    };
    apply(plan.modelPath);
    apply(plan.text.path);
    if (plan.calibration.source)
        apply(plan.calibration.source->path);
    for (ImportedLane& lane : plan.imported)
        apply(lane.path);
    return plan;
}

} // namespace

StudyPlan withAbsolutePaths(StudyPlan plan) {
    return changed(std::move(plan),
                   [](const fs::path& path) { return fs::absolute(path).lexically_normal(); });
}

StudyPlan withFoundPaths(StudyPlan plan, const fs::path& session) {
    const fs::path folder = fs::absolute(session).parent_path();
    return changed(std::move(plan), [&](const fs::path& path) {
        const fs::path name = path.has_filename() ? path.filename() : path.parent_path().filename();
        for (const fs::path& candidate : {path, folder / path, folder / name})
            if (isThere(candidate))
                return candidate;
        return path;
    });
}

} // namespace quantscope
