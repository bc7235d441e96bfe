#pragma once

#include "core/data/job.h"
#include "core/data/study_plan.h"
#include "core/ranks/ranks.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace quantscope {

/// The plan of a study that waits to be gone on with, its files found again.
/// @throws Error (Input) where there is none
StudyPlan interruptedPlan(const std::filesystem::path& session);

/// Allows an interrupted study that much memory from now on; its plan is written anew. Examples are
/// walked in the same batches whatever a study may use. Whether methods are quantized side by side
/// or each with all cores, and how many rows of questions make a product, may hang on it, and with
/// that the last digits of what is still to come.
/// @param place  as in studySizes
/// @return       a sentence about the last digits where they may differ from those of a study that
///               had as much from its beginning; empty where they cannot
/// @throws Error (Resources) where the study does not fit that memory either; the plan is kept then
std::string changeMemory(const std::filesystem::path& session, std::uint64_t bytes, Job& job,
                         const RankPlace& place = {});

} // namespace quantscope
