#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/data/job.h"
#include "core/data/session_data.h"
#include "core/data/study_plan.h"
#include "core/dataset/dataset.h"
#include "core/dataset/questions.h"
#include "core/engine/calibration_texts.h"
#include "core/engine/memory_plan.h"
#include "core/study/example_share.h"
#include "core/tokenizer/tokenizer.h"

#include <memory>
#include <vector>

namespace quantscope {

/// Questions that every lane answers; without any where the plan asks none.
struct AskedQuestions {
    PreparedQuestions prepared;
    std::vector<std::int32_t> endTokens; ///< that end an answer
    std::string hash;                    ///< of the file
    std::int64_t positions = 0;          ///< ids of the longest row, its answer included
};

/// Everything a study reads before it computes.
struct StudyInputs {
    std::unique_ptr<Checkpoint> checkpoint;
    std::vector<std::unique_ptr<Checkpoint>> imported; ///< of the plan's imported lanes
    std::int64_t vocabulary = 0; ///< ids that all models have: padding of one of them left out
    std::unique_ptr<Tokenizer> tokenizer;
    TokenWindows windows;
    ExampleIds examples;
    CalibrationTexts calibration; ///< no examples where no method wants any
    AskedQuestions questions;
};

/// Opens the model and the text and cuts the windows. @throws Error.
StudyInputs loadInputs(const StudyPlan& plan, Job& job);

/// @throws Error (Usage) where the model's family has no site that this kind of patch replaces.
void requirePatchable(const ModelConfig& config, PatchKind kind);

/// Threads the plan means: its own number, or the cores that the process may take for itself.
int plannedThreads(const StudyPlan& plan, const RankPlace& place = {});

/// Lanes (≥ 1) whose sets the follow-up covers. @throws Error (Usage) for an unknown name.
std::vector<std::size_t> pairedLanes(const StudyPlan& plan);

/// Whether patched lanes walk with the main walk (all examples) instead of in a follow-up.
bool patchesInMainWalk(const StudyPlan& plan);

/// The sizes that decide memory and time, of the rank with the largest share of the examples.
StudySizes studySizes(const StudyPlan& plan, const StudyInputs& inputs,
                      const RankPlace& place = {});

/// The part of a session that is known before the walk: dimensions, texts, model, plan.
SessionData headPart(const StudyPlan& plan, const StudyInputs& inputs);

} // namespace quantscope
