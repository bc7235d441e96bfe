#pragma once

#include "core/data/example_questions.h"
#include "core/data/job.h"
#include "core/study/session_models.h"

#include <vector>

namespace quantscope {

/// Lane by lane, layer by layer. @throws Error (Usage) for an example, position or lane that is
/// not.
std::vector<LayerGuesses> examineExample(const SessionModels& models, const ExamineRequest& request,
                                         Job& job);

/// Walks the base, as much of the donor as the patch needs, and the patched lane.
PatchAnswer patchExample(const SessionModels& models, const PatchRequest& request, Job& job);

} // namespace quantscope
