#pragma once

#include "core/data/study_plan.h"

#include <filesystem>

namespace quantscope {

/// The plan with every path that is read absolute, so that its session is of use from any folder.
StudyPlan withAbsolutePaths(StudyPlan plan);

/// The plan with paths that lead somewhere now: those that do not exist as they are kept are
/// looked for beside the session, as they are written there and by their last name. What is
/// nowhere stays as it is, and whoever opens it says so.
StudyPlan withFoundPaths(StudyPlan plan, const std::filesystem::path& session);

} // namespace quantscope
