#include "core/study/study.h"

#include "core/checkpoint/checkpoint.h"
#include "core/data/error.h"
#include "core/data/session_schema.h"
#include "core/engine/lane_builder.h"
#include "core/model/block_loader.h"
#include "core/quant/quantizer.h"
#include "core/session/session.h"
#include "core/study/compute_device.h"
#include "core/study/later_patches.h"
#include "core/study/plan_paths.h"
#include "core/study/removal.h"
#include "core/study/resume.h"
#include "core/study/study_inputs.h"
#include "core/study/study_instruments.h"
#include "core/study/study_on_ranks.h"
#include "core/study/study_run.h"
#include "core/tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

/// What one lane's questions take. @param rate  of products, operations a second and core
double questionSeconds(const ModelConfig& config, const QuestionSizes& questions,
                       const MemoryPlan& memory, double rate) {
    const double block = double(blockElements(config));
    const double head = double(config.vocabularySize) * double(config.hiddenSize);
    const double blocks = double(config.layers) * block;
    const double steps = double(questions.steps) * double(questions.answered);
    // A product of a few rows waits for the weights: about a quarter of the rate.
    constexpr double slowdown = 4;
    double seconds = 2 * (questions.tokens * blocks + slowdown * steps * (blocks + head)) /
                     (rate * double(memory.threads));
    // Blocks that are not held are read and made anew for every pass.
    constexpr double elementsMadePerSecond = 250e6;
    const double waves = std::ceil(double(questions.rows) /
                                   double(std::max<std::int64_t>(memory.questionsAtOnce, 1)));
    const double passes = memory.holdLane ? 1 : waves * double(questions.steps + 1);
    if (questions.rows > 0)
        seconds += passes * blocks / elementsMadePerSecond;
    return seconds;
}

/// Plans are made with the draws of their sets; one that was written by hand may not be.
void requireDraw(const StudyPlan& plan, const CalibrationDraw& draw) {
    for (const CalibrationSet& set : plan.calibration.sets)
        if (set.name == draw.set && draw.draw >= 0 &&
            draw.draw < set.draws.value_or(plan.calibration.draws))
            return;
    throw Error(ErrorKind::Usage,
                fmt::format("A method is to be calibrated on draw {} of the set \"{}\", which the "
                            "plan does not have. Name the set with --set, and enough --draws.",
                            draw.draw + 1, draw.set));
}

} // namespace

void checkPlan(const StudyPlan& plan) {
    for (const MethodSpec& method : plan.methods) {
        makeQuantizer(method);
        if (method.calibration)
            requireDraw(plan, *method.calibration);
    }
    plainLanes(plan);
    pairedLanes(plan);
    if (plan.resources.device == Device::Cuda) // auto takes what there is
        computeDevice(Device::Cuda);
}

StudyEstimate estimateStudy(const StudyPlan& plan, Job& job) {
    return estimateStudy(plan, job, RankPlace{});
}

StudyEstimate estimateStudy(const StudyPlan& plan, Job& job, const RankPlace& place) {
    checkPlan(plan);
    const StudyInputs inputs = loadInputs(plan, job);
    const ModelConfig& config = inputs.checkpoint->config();
    const StudySizes sizes = studySizes(plan, inputs, place);
    const MemoryPlan memory = planMemory(config, sizes);
    StudyEstimate estimate = memory.estimate;
    const double tokens = double(sizes.examples) * double(sizes.positions);
    const double calibration =
        double(sizes.calibrationExamples) * double(sizes.calibrationPositions);
    const double followUp = double(sizes.followUpExamples) * double(sizes.positions);
    const auto blocks = double(config.layers) * double(blockElements(config));
    const double head = double(config.vocabularySize) * double(config.hiddenSize);
    const auto methods = double(quantizedLanes(plan).size());
    const double lanes = double(sizes.plainLanes + sizes.patchedLanes);
    double operations = 2 * tokens * lanes * (blocks + head);
    operations += 2 * followUp * double(sizes.followUpLanes) * (blocks + head);
    if (const std::int64_t removal = removalExamples(plan, inputs); removal > 0)
        // Each lane walks from the first unit that it lacks: about two thirds of the way.
        operations += 2 * double(removal * sizes.positions) *
                      double(6 * config.layers + std::int64_t(skipShares.size())) *
                      (0.7 * blocks + head) / double(place.count);
    if (plan.instruments.earlyExit)
        operations += 2 * followUp * 3 * double(config.layers) * head * (1 + methods);
    operations += instrumentCost(plan, inputs, memory.threads).operations / double(place.count);
    operations += 2 * calibration * blocks *
                  (sizes.calibrationPasses + double(sizes.calibrationLanes)) / double(place.count);
    // Small matrices run far below the rate of large ones; both rates were measured per core.
    const double rate = config.hiddenSize >= 512 ? 55e9 : 12e9;
    estimate.seconds = 1 + operations / (rate * double(memory.threads)) +
                       double(largestShare(sizes.plainLanes, place)) *
                           questionSeconds(config, sizes.questions, memory, rate);
    return estimate;
}

void runStudy(const StudyPlan& plan, Job& job, const StudyFollower& follower) {
    checkPlan(plan);
    StudyRun(withAbsolutePaths(plan), job, follower).run(false);
}

void runStudy(const StudyPlan& plan, Job& job, Ranks& ranks) {
    checkPlan(plan);
    StudyRun(withAbsolutePaths(plan), job, {}, ranks).run(false);
}

void runStudyBeside(const SessionData& beside, const StudyPlan& plan, Job& job) {
    checkPlan(plan);
    StudyRun(plan, job, {}).run(false, beside);
}

void resumeStudy(const std::filesystem::path& session, Job& job, const StudyFollower& follower) {
    StudyRun(interruptedPlan(session), job, follower).run(true);
}

void resumeStudy(const std::filesystem::path& session, Job& job, Ranks& ranks) {
    StudyRun(interruptedPlan(session), job, {}, ranks).run(true);
}

bool canResume(const std::filesystem::path& session) {
    const StudyFolder folder(session);
    return folder.exists() && std::filesystem::exists(folder.path() / "plan.json") &&
           !folder.partNames().empty();
}

std::shared_ptr<const SessionData> openSession(const std::filesystem::path& session) {
    const StudyFolder folder(session);
    const bool wholeFile =
        !std::filesystem::is_directory(session) && std::filesystem::exists(session);
    if (wholeFile) {
        ReadOptions options;
        SessionData read = readSession(session, options);
        addLater(folder, read);
        return std::make_shared<const SessionData>(std::move(read));
    }
    // Parts leave when a study comes to its end: then its session is there.
    const auto hasEnded = [&folder] {
        return std::filesystem::is_regular_file(folder.sessionFile());
    };
    if (!canResume(session)) {
        if (hasEnded())
            return openSession(folder.sessionFile());
        throw Error(ErrorKind::Input,
                    fmt::format("{}: there is no such session.", session.string()));
    }
    std::vector<SessionData> parts;
    try {
        for (const std::string& name : folder.partNames())
            parts.push_back(folder.readPart(name));
    } catch (const Error&) {
        if (!hasEnded())
            throw;
        return openSession(folder.sessionFile());
    }
    SessionData merged = mergeParts(parts, 0);
    merged.attributes[attribute::status] = "partial";
    return std::make_shared<const SessionData>(std::move(merged));
}

ModelSummary summarizeModel(const std::filesystem::path& modelDirectory) {
    const std::unique_ptr<Checkpoint> checkpoint = Checkpoint::open(modelDirectory);
    ModelSummary summary = summarize(*checkpoint, modelDirectory);
    summary.tokenizer = Tokenizer::open(modelDirectory)->description();
    return summary;
}

std::vector<MethodInfo> methodList() {
    std::vector<MethodInfo> list;
    for (const MethodDescription& method : availableMethods()) {
        MethodInfo info{method.name, method.title, method.source, method.needs, {}, method.cost};
        for (const OptionDescription& option : method.options)
            info.options.push_back({option.name, option.defaultValue, option.values, option.help});
        list.push_back(std::move(info));
    }
    return list;
}

TextPreview previewText(const StudyPlan& plan, Job& job) {
    const std::unique_ptr<Tokenizer> tokenizer = Tokenizer::open(plan.modelPath);
    const std::vector<Document> documents = readDocuments(plan.text);
    const TokenWindows windows =
        makeWindows(documents, *tokenizer, plan.text, plan.windows, plan.seed, job);
    TextPreview preview;
    preview.documentCount = documents.size();
    preview.exampleCount = windows.examples();
    for (const std::int64_t length : windows.lengths)
        preview.tokenCount += length - 1;
    for (std::size_t i = 0; i < windows.excerpts.size() && i < 5; ++i)
        preview.documents.push_back(windows.excerpts[i]);
    return preview;
}

std::filesystem::path demoFolder() {
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
    for (std::filesystem::path folder = program.parent_path(); folder != folder.root_path();
         folder = folder.parent_path())
        for (const char* place : {"share/quantscope/demo", "resources/demo"})
            if (std::filesystem::exists(folder / place / "study.toml"))
                return folder / place;
    throw Error(ErrorKind::Input,
                "The demo model was not found: neither share/quantscope/demo nor resources/demo "
                "lies above the program.");
}

StudyPlan demoPlan() { return planFromToml(demoFolder() / "study.toml"); }

} // namespace quantscope
