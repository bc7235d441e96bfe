#include "app/cli/command.h"
#include "app/cli/plan_arguments.h"
#include "app/cli/progress_printer.h"
#include "core/analysis/allocation_results.h"
#include "core/data/error.h"
#include "core/data/patch_options.h"
#include "core/study/allocate.h"
#include "core/study/study.h"

#include <fmt/format.h>

#include <memory>

namespace quantscope::cli {

namespace {

struct AllocateArguments {
    PlanOptions plan;
    std::vector<std::string> lanes;
    std::vector<std::string> candidates;
    std::string budget;
    std::vector<std::string> sweep;
    std::vector<std::string> protect;
    std::string objective = "mean-kl";
    AllocateOptions options;
    bool json = false;
};

/// The comparisons on held-out text, and what they come to.
void printResults(const std::string& file) {
    const std::shared_ptr<const SessionData> session = openSession(file);
    const SessionView view(*session);
    const AllocationResults results(view);
    const std::vector<HeldOutRow> rows = heldOutRows(results, view.resamples());
    fmt::print("{:<20} {:>4} {:>7} {:>10} {:>10} {:>10} {:>12}\n", "assignment", "draw", "bits",
               "predicted", "measured", "held-out", "worst decile");
    for (const HeldOutRow& row : rows)
        fmt::print("{:<20} {:>4} {:>7.4f} {:>10.4g} {:>10.4g} {:>10.4g} {:>12.4g}\n",
                   row.assignment, row.draw, row.bits, row.predicted, row.calibrationObjective,
                   row.kl.value, row.worstDecile.value);
    for (const std::string& sentence : allocationFindings(results, rows))
        fmt::print("{}\n", sentence);
}

int allocate(AllocateArguments& arguments) {
    for (const std::string& lane : arguments.lanes)
        arguments.plan.lanes.push_back(parseImportedLane(lane));
    AllocateOptions options = arguments.options;
    options.study = makePlan(arguments.plan);
    for (const std::string& list : arguments.candidates)
        for (MethodSpec& candidate : parseMethodSpecs(list))
            options.candidates.push_back(std::move(candidate));
    options.budget = parseAllocationBudget(arguments.budget);
    for (const std::string& budget : arguments.sweep)
        options.sweep.push_back(parseAllocationBudget(budget));
    for (const std::string& kind : arguments.protect)
        for (const Module module : modulesOf(parseWeightKind(kind)))
            options.protect.push_back(module);
    options.objective = parseAllocationObjective(arguments.objective);
    {
        InterruptibleJob job(arguments.json);
        allocateBits(options, job.job());
    }
    if (!arguments.json)
        printResults(options.study.output);
    return 0;
}

} // namespace

void addAllocateCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<AllocateArguments>();
    CLI::App* command = app.add_subcommand(
        "allocate", "Spend a budget of bits where it helps, and verify it on held-out text");
    command->add_option("--model", arguments->plan.model,
                        "Checkpoint: Hugging Face folder, or .gguf");
    command
        ->add_option("--budget", arguments->budget,
                     "True bits per weight of the quantized matrices, e.g. 3.5bpw, or their size, "
                     "e.g. 400MB")
        ->required();
    command
        ->add_option("--candidates", arguments->candidates,
                     "Methods that a matrix may get, e.g. rtn:bits=3,group=64,gptq:bits=4 (repeat)")
        ->required()
        ->expected(1)
        ->take_all();
    command
        ->add_option("--protect", arguments->protect,
                     "Matrices that get the candidate with the most bits: q, k, v, o, gate, up, "
                     "down, attn, mlp")
        ->delimiter(',');
    command
        ->add_option("--objective", arguments->objective,
                     "mean-kl, worst-decile or group:LABEL (with --label-field)")
        ->capture_default_str();
    command
        ->add_option("--sweep", arguments->sweep,
                     "More budgets, for the curve of size and error: 3,3.25,4")
        ->delimiter(',');
    command
        ->add_option("--held-out", arguments->options.heldOutShare,
                     "Share of the documents that no decision sees")
        ->capture_default_str();
    command
        ->add_option("--draws", arguments->options.draws,
                     "Draws of the calibration text, each allocated and quantized anew")
        ->capture_default_str();
    command
        ->add_option("--sensitivity-examples", arguments->options.calibrationExamples,
                     "Examples that single matrices are measured on")
        ->capture_default_str();
    command
        ->add_option("--randoms", arguments->options.randoms, "Random assignments to compare with")
        ->capture_default_str();
    command
        ->add_option("--lane", arguments->lanes,
                     "NAME=PATH: a checkpoint of the same model quantized elsewhere, as a point of "
                     "the curve (repeat)")
        ->expected(1)
        ->take_all();
    addTextOptions(*command, arguments->plan);
    addCalibrationOptions(*command, arguments->plan);
    addResourceOptions(*command, arguments->plan);
    command->add_option("-o,--output", arguments->plan.output, "NAME.qscope.h5");
    command->add_flag("--json", arguments->json, "Progress as one JSON object a line");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return allocate(*arguments); }; });
}

} // namespace quantscope::cli
