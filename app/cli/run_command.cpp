#include "app/cli/command.h"
#include "app/cli/plan_arguments.h"
#include "app/cli/progress_printer.h"
#include "core/data/error.h"
#include "core/data/method_spec.h"
#include "core/study/plan_options.h"
#include "core/study/resume.h"
#include "core/study/study_on_ranks.h"

#include <fmt/format.h>

#include <memory>

namespace quantscope::cli {

namespace {

struct RunArguments {
    PlanOptions plan;
    std::vector<std::string> lanes;
    std::vector<std::string> sets;
    std::vector<std::string> added; ///< methods beside those named
    PlanOptions defaults;           ///< of what neither file nor command line says
    bool comparesSets = false;
    std::string config;
    bool json = false;
    bool estimateOnly = false;
};

} // namespace

void addTextOptions(CLI::App& run, PlanOptions& plan) {
    run.add_option("--text", plan.text, "Text to study (plain, .gz or .zst)");
    run.add_option("--text-format", plan.textFormat,
                   "lines, paragraphs, whole, separator, jsonl, csv or tsv (default: by ending)");
    run.add_option("--separator", plan.separator, "Literal between documents");
    run.add_option("--text-field", plan.textField, "Column or key of the text")
        ->capture_default_str();
    run.add_option("--label-field", plan.labelFields, "Column kept beside each example (repeat)")
        ->expected(1)
        ->take_all();
    run.add_option("--windows", plan.windows, "first or all windows of each document")
        ->capture_default_str();
    run.add_option("--min-tokens", plan.minTokens, "Shortest window kept (0: full ones only)")
        ->capture_default_str();
    run.add_option("--dedup", plan.dedup, "Near-duplicates: off, all or paper")
        ->capture_default_str();
    run.add_option("--examples", plan.examples, "How many examples, or all")->capture_default_str();
    run.add_option("--tokens", plan.tokens, "Predicted tokens a window")->capture_default_str();
    run.add_option("--seed", plan.seed, "Seed of every draw")->capture_default_str();
}

namespace {

void addInstrumentOptions(CLI::App& run, PlanOptions& plan) {
    run.add_flag("--early-exit", plan.earlyExit, "Score r(l) and z(l) of every layer");
    run.add_option("--patch", plan.patch,
                   "Kinds: attn, gate, up, gate+up, down, attn+down, q, k, v, gate-input, residual")
        ->delimiter(',');
    run.add_option("--patch-layers", plan.patchLayers,
                   "upper-half, all, each, upward (0 to l, for each l), downward (l to the last), "
                   "7 or 10-31")
        ->delimiter(',');
    run.add_option("--patch-positions", plan.patchPositions,
                   "all, or positions to replace: 0 or 1-4,7 (0 is the start token)")
        ->capture_default_str();
    run.add_option("--patch-control", plan.patchControls,
                   "Beside every patch: zero, mean (of the reference over the examples), random "
                   "(as far from the base as the donor)")
        ->delimiter(',');
    run.add_option("--patch-direction", plan.patchDirection,
                   "reference-into-quantized or quantized-into-reference")
        ->capture_default_str();
    run.add_option("--restore", plan.restore,
                   "Matrices exchanged as --patch-direction says: q, k, v, o, gate, up, down, "
                   "attn, mlp or all")
        ->delimiter(',');
    run.add_option("--restore-layers", plan.restoreLayers,
                   "Their layers, as --patch-layers (default: all)")
        ->delimiter(',');
    run.add_option(
           "--instruments", plan.instruments,
           "More to measure in every layer: local, drift, attention, outliers, cka, budget, "
           "channels, activations, depth")
        ->delimiter(',');
    run.add_option("--noise-floor", plan.noiseFloor,
                   "A second run of the reference that differs by rounding: off, batch or bf16")
        ->capture_default_str();
    run.add_option("--removal", plan.removal,
                   "Examples on which attention, MLPs and blocks are left out, one at a time and "
                   "one more at a time (0: none)")
        ->capture_default_str();
    run.add_flag("--site-statistics,!--no-site-statistics", plan.siteStatistics,
                 "Measure norms and errors at every site");
    run.add_flag("--token-maps", plan.tokenMaps, "Keep site statistics of every token");
    run.add_flag("--count-start", plan.countStart, "Count position 0 in example statistics");
    run.add_option("--follow-up", plan.followUp,
                   "Early exit and patching on sets (D_large, D_ctrl, D_matched) or all examples")
        ->capture_default_str();
    run.add_option("--pair", plan.pair, "Lane whose sets are followed up, or all (default: first)");
    run.add_option("--set-fraction", plan.setFraction, "Share of examples in D_large")
        ->capture_default_str();
    run.add_option("--control-share", plan.controlShare,
                   "Share of the smallest errors that D_ctrl is drawn from")
        ->capture_default_str();
    run.add_option("--resamples", plan.resamples, "Resamples of documents for intervals")
        ->capture_default_str();
}

void addQuestionOptions(CLI::App& run, PlanOptions& plan) {
    run.add_option("--questions", plan.questions,
                   "Questions that every lane answers: JSON lines with accepted answers, or with "
                   "choices (plain, .gz or .zst)");
    run.add_option("--question-field", plan.questionField, "Key of the question")
        ->capture_default_str();
    run.add_option("--answers-field", plan.answersField,
                   "Key of the accepted answers (PopQA: possible_answers)")
        ->capture_default_str();
    run.add_option("--popularity-field", plan.popularityField,
                   "Key of the popularity (PopQA: s_pop)")
        ->capture_default_str();
    run.add_option("--choices-field", plan.choicesField, "Key of the choices")
        ->capture_default_str();
    run.add_option("--gold-field", plan.goldField, "Key of the right choice's index, from 0")
        ->capture_default_str();
    run.add_option("--shots", plan.shots,
                   "Questions shown with their answers before each; drawn with the seed, not asked")
        ->capture_default_str();
    run.add_option("--question-template", plan.questionTemplate,
                   "Prompt with {question}; the answer follows after a space")
        ->capture_default_str();
    run.add_option("--question-count", plan.questionCount, "How many questions are asked, or all")
        ->capture_default_str();
    run.add_option("--answer-tokens", plan.answerTokens, "Tokens of the longest answer")
        ->capture_default_str();
    run.add_option("--answer-match", plan.answerMatch,
                   "contains: an accepted answer occurs in the prediction, as PopQA has it; exact: "
                   "equal after SQuAD's normalisation")
        ->capture_default_str();
    run.add_option("--popularity-bucket", plan.popularityBucket,
                   "Width of a bucket of log10 popularity")
        ->capture_default_str();
}

} // namespace

void addCalibrationOptions(CLI::App& run, PlanOptions& plan) {
    run.add_option("--calibration", plan.calibration,
                   "Text to calibrate on (default: other windows of the study's text)");
    run.add_option("--calibration-format", plan.calibrationFormat, "Its format, as --text-format");
    run.add_option("--calibration-windows", plan.calibrationWindows,
                   "first or all windows of each calibration document")
        ->capture_default_str();
    run.add_option("--calibration-examples", plan.calibrationExamples, "Calibration windows")
        ->capture_default_str();
    run.add_option("--calibration-tokens", plan.calibrationTokens,
                   "Tokens of a calibration window (0: as --tokens)")
        ->capture_default_str();
}

void addResourceOptions(CLI::App& run, PlanOptions& plan) {
    run.add_option("--memory", plan.memory, "Resident memory the study may use")
        ->capture_default_str();
    run.add_option("--threads", plan.threads, "Threads (0: all cores)")->capture_default_str();
    run.add_option("--device", plan.device, "auto, cpu or cuda")->capture_default_str();
    run.add_option("--batch-tokens", plan.batchTokens,
                   "Rows of one product, of whole examples (0: 512, on a GPU as its memory allows "
                   "up to 8192)")
        ->capture_default_str();
}

namespace {

void printEstimate(const StudyEstimate& estimate) {
    for (const StudyEstimate::Item& item : estimate.memory)
        fmt::print("{:>10}  {}\n", formatByteSize(item.bytes), item.what);
    fmt::print("{:>10}  peak of {} allowed\n", formatByteSize(estimate.peakBytes),
               formatByteSize(estimate.budgetBytes));
    fmt::print("{:>10}  disk\n", formatByteSize(estimate.diskBytes));
    fmt::print("{} examples, about {:.0f} s\n", estimate.examples, estimate.seconds);
    if (!estimate.fits)
        throw Error(ErrorKind::Resources, estimate.reason);
}

/// Says how the work is shared, where it is: a launcher that binds each rank to one core, or starts
/// them all on one machine, is noticed here.
void printRanks(const Ranks& ranks, const StudyPlan& plan) {
    const RankPlace& place = ranks.place();
    if (ranks.isAlone() || !ranks.isFirst())
        return;
    const int threads = plan.resources.threads > 0 ? plan.resources.threads : place.cores;
    fmt::print(
        stderr, "{} ranks, {} of them on {}; {} thread{} and {} of memory for each there\n",
        place.count, place.onMachine, place.machine, threads, threads == 1 ? "" : "s",
        formatByteSize(plan.resources.memoryBytes / static_cast<std::uint64_t>(place.onMachine)));
}

int run(const CLI::App& command, RunArguments& arguments, Ranks& ranks) {
    for (const std::string& lane : arguments.lanes)
        arguments.plan.lanes.push_back(parseImportedLane(lane));
    for (const std::string& set : arguments.sets)
        arguments.plan.calibrationSets.push_back(parseCalibrationSet(set));
    PlanOptions options = arguments.plan;
    if (!arguments.config.empty()) {
        // The file gives the study; what stands on the command line as well wins.
        options = readPlanOptions(arguments.config, arguments.defaults);
        overrideOptions(options, arguments.plan, [&command](const std::string& name) {
            return command.count("--" + name) > 0;
        });
    }
    if (arguments.comparesSets && options.calibrationSets.empty())
        throw Error(ErrorKind::Usage,
                    "No calibration set was named; give some with --set, e.g. --set wiki=wiki.txt "
                    "--set punctuation.");
    options.methods.insert(options.methods.end(), arguments.added.begin(), arguments.added.end());
    const StudyPlan plan = makePlan(options);
    InterruptibleJob job(arguments.json, ranks);
    if (arguments.estimateOnly) {
        if (ranks.isFirst())
            printEstimate(estimateStudy(plan, job.job(), ranks.place()));
        return 0;
    }
    printRanks(ranks, plan);
    runStudy(plan, job.job(), ranks);
    return 0;
}

void addStudyOptions(CLI::App* command, RunArguments* arguments) {
    command->add_option("--model", arguments->plan.model,
                        "Checkpoint: Hugging Face folder, or .gguf");
    addTextOptions(*command, arguments->plan);
    command
        ->add_option("--method", arguments->plan.methods,
                     "Method with options, e.g. gptq:bits=3,group=64 (repeat; see `methods`)")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--lane", arguments->lanes,
                     "NAME=PATH: a checkpoint of the same model quantized elsewhere, folder or "
                     ".gguf (repeat)")
        ->expected(1)
        ->take_all();
    addCalibrationOptions(*command, arguments->plan);
    command
        ->add_option("--set", arguments->sets,
                     "A calibration set that every method is calibrated on (repeat): NAME=FILE, "
                     "punctuation, random-tokens, or NAME:path=A+B,examples=64,tokens=256,draws=5")
        ->expected(1)
        ->take_all();
    command->add_option("--draws", arguments->plan.calibrationDraws, "Disjoint draws of each set")
        ->capture_default_str();
    command->add_option("--reference-set", arguments->plan.referenceSet,
                        "Set whose perplexity is 1 (default: the first)");
    addInstrumentOptions(*command, arguments->plan);
    addQuestionOptions(*command, arguments->plan);
    addResourceOptions(*command, arguments->plan);
    command->add_option("-o,--output", arguments->plan.output, "NAME.qscope.h5");
    command->add_option("--config", arguments->config, "Study as TOML; options given here win");
    command->add_flag("--json", arguments->json, "Progress as one JSON object a line");
    command->add_flag("--estimate", arguments->estimateOnly, "Say what it would cost, and stop");
}

} // namespace

void addRunCommand(CLI::App& app, Action& chosen, Ranks& ranks) {
    const auto arguments = std::make_shared<RunArguments>();
    CLI::App* command = app.add_subcommand("run", "Run a study and write its session");
    addStudyOptions(command, arguments.get());
    command->callback([command, arguments, &chosen, &ranks] {
        chosen = [command, arguments, &ranks] { return run(*command, *arguments, ranks); };
    });
}

void addCalibrateCommand(CLI::App& app, Action& chosen, Ranks& ranks) {
    const auto arguments = std::make_shared<RunArguments>();
    // One lane for each method, set and draw: what is measured at every site of each is left out
    // unless asked for.
    arguments->comparesSets = true;
    arguments->plan.siteStatistics = arguments->defaults.siteStatistics = false;
    CLI::App* command = app.add_subcommand(
        "calibrate", "Compare calibration sets: every method on every draw of every --set, with "
                     "the options of run");
    addStudyOptions(command, arguments.get());
    command->callback([command, arguments, &chosen, &ranks] {
        chosen = [command, arguments, &ranks] { return run(*command, *arguments, ranks); };
    });
}

void addPerturbCommand(CLI::App& app, Action& chosen, Ranks& ranks) {
    struct Noise {
        std::vector<std::string> kinds = {"gaussian", "uniform",   "rademacher",
                                          "growing",  "shrinking", "clip"};
        std::vector<double> intensities = {0.02, 0.05, 0.1, 0.2, 0.3};
    };
    const auto arguments = std::make_shared<RunArguments>();
    const auto noise = std::make_shared<Noise>();
    arguments->plan.siteStatistics = arguments->defaults.siteStatistics = false;
    CLI::App* command = app.add_subcommand(
        "perturb",
        "Compare kinds of artificial noise on the weights, each at every intensity, with "
        "the options of run; methods stand beside them");
    addStudyOptions(command, arguments.get());
    command->add_option("--kinds", noise->kinds, "Kinds of noise; see `methods`, perturb")
        ->delimiter(',')
        ->capture_default_str();
    command
        ->add_option("--intensities", noise->intensities,
                     "Norms of the noise over that of each matrix")
        ->delimiter(',')
        ->capture_default_str();
    command->callback([command, arguments, noise, &chosen, &ranks] {
        chosen = [command, arguments, noise, &ranks] {
            for (const std::string& kind : noise->kinds)
                for (const double intensity : noise->intensities)
                    arguments->added.push_back(
                        fmt::format("perturb:kind={},intensity={:g},name={}-{:g}", kind, intensity,
                                    kind, intensity));
            return run(*command, *arguments, ranks);
        };
    });
}

namespace {

void changeMemoryAndTell(const std::string& session, std::uint64_t bytes, Job& job,
                         const RankPlace& place) {
    const std::string notice = changeMemory(session, bytes, job, place);
    if (!notice.empty())
        fmt::print(stderr, "{}\n", notice);
}

} // namespace

void addResumeCommand(CLI::App& app, Action& chosen, Ranks& ranks) {
    struct Arguments {
        std::string session;
        std::string memory;
        bool json = false;
    };
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("resume", "Go on with an interrupted study");
    command->add_option("session", arguments->session, "NAME.qscope.h5 or its folder NAME.qscope.d")
        ->required();
    command->add_option("--memory", arguments->memory,
                        "Resident memory the study may use from now on (default: as before); says "
                        "where that may change last digits");
    command->add_flag("--json", arguments->json, "Progress as one JSON object a line");
    command->callback([arguments, &chosen, &ranks] {
        chosen = [arguments, &ranks] {
            InterruptibleJob job(arguments->json, ranks);
            if (!arguments->memory.empty()) {
                if (ranks.isFirst())
                    changeMemoryAndTell(arguments->session, parseByteSize(arguments->memory),
                                        job.job(), ranks.place());
                ranks.meet(); // others read the plan once it is written
            }
            resumeStudy(arguments->session, job.job(), ranks);
            return 0;
        };
    });
}

} // namespace quantscope::cli
