#pragma once

#include "core/data/example_questions.h"
#include "core/data/job.h"
#include "core/data/method_info.h"
#include "core/data/model_summary.h"
#include "core/data/session_data.h"
#include "core/data/study_plan.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quantscope {

// Use cases shared by the command line and the window. All of them may run in any thread; none
// touches global settings.

/// Called after every finished block with everything measured so far.
using StudyFollower = std::function<void(std::shared_ptr<const SessionData>)>;

/// Checks the plan without computing: options, files, sizes. @throws Error.
void checkPlan(const StudyPlan& plan);

/// Reads the headers and the text, and foretells memory, disk and time.
StudyEstimate estimateStudy(const StudyPlan& plan, Job& job);

/// Runs a study and writes plan.output. On a stop the session is partial and can be resumed.
/// @throws Error; with kind Interrupted the session file and its folder are intact.
void runStudy(const StudyPlan& plan, Job& job, const StudyFollower& follower = {});

/// The same; the session gets arrays and attributes beside its own.
void runStudyBeside(const SessionData& beside, const StudyPlan& plan, Job& job);

/// Goes on with an interrupted study at its last committed block.
/// @param session  NAME.qscope.h5, or NAME.qscope.d
void resumeStudy(const std::filesystem::path& session, Job& job,
                 const StudyFollower& follower = {});

/// Whether a session has unfinished work in its folder.
bool canResume(const std::filesystem::path& session);

/// Opens a session file, or the folder of a running or interrupted study. What was asked of a
/// finished one and waits in its folder is put in.
std::shared_ptr<const SessionData> openSession(const std::filesystem::path& session);

/// Writes a session with what was asked of it, which then no longer waits in its folder.
void saveSession(const std::filesystem::path& file, const SessionData& data);

/// Questions about single examples of a finished session, answered from its model and the codes
/// that the study left beside it. The functions may run in any thread, one at a time.
struct SessionQuestions {
    /// Walks the lanes of such a patch over its example and keeps what any patch between them needs
    /// of that, where there is room to keep all blocks.
    std::function<void(const PatchRequest&, Job&)> prepare;
    std::function<std::vector<LayerGuesses>(const ExamineRequest&, Job&)> examine;
    std::function<PatchAnswer(const PatchRequest&, Job&)> patch;
};

/// @param session  what was read of `file`
/// @throws Error (Input) where the model or the codes are gone or others than they were.
SessionQuestions openQuestions(const std::shared_ptr<const SessionData>& session,
                               const std::filesystem::path& file);

/// Every quantization method with its options, for lists and editors.
std::vector<MethodInfo> methodList();

/// @throws Error (Input)
ModelSummary summarizeModel(const std::filesystem::path& modelDirectory);

/// The first documents of a text, and how many tokens it has, for the study dock.
struct TextPreview {
    std::vector<std::string> documents; ///< the first few, shortened
    std::size_t documentCount = 0;
    std::int64_t exampleCount = 0;
    std::int64_t tokenCount = 0;
};
TextPreview previewText(const StudyPlan& plan, Job& job);

/// Plan ↔ JSON (kept in the session), and from TOML (a file for `run --config`).
std::string planToJson(const StudyPlan& plan);
StudyPlan planFromJson(const std::string& json);           ///< @throws Error (Input)
StudyPlan planFromToml(const std::filesystem::path& file); ///< @throws Error (Usage), unknown keys

/// Where the embedded demo model and text lie (beside the binary, or in the source tree);
/// a plan for the demo study on them. @throws Error (Input) when they are not installed.
std::filesystem::path demoFolder();
StudyPlan demoPlan();

} // namespace quantscope
