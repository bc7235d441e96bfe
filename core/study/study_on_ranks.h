#pragma once

#include "core/data/job.h"
#include "core/data/model_summary.h"
#include "core/data/study_plan.h"
#include "core/ranks/ranks.h"

#include <filesystem>

namespace quantscope {

// A study by several processes, called by all of them with the same plan. Each walks a share of the
// examples and quantizes with a share of the methods; the first one writes the session. What they
// share of the output's folder lies in a file system that all of them see. Where the ranks are one
// these are the functions of study.h.

/// @throws Error, the same on all ranks but for what the first one adds
void runStudy(const StudyPlan& plan, Job& job, Ranks& ranks);

/// Goes on with a study that as many ranks began. @throws Error (Usage) where they were others
void resumeStudy(const std::filesystem::path& session, Job& job, Ranks& ranks);

/// What one of the ranks needs of memory, and how long the study takes. By one rank alone.
StudyEstimate estimateStudy(const StudyPlan& plan, Job& job, const RankPlace& place);

} // namespace quantscope
