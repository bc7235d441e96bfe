#include "app/cli/command.h"
#include "app/cli/plan_arguments.h"
#include "app/cli/progress_printer.h"
#include "core/data/error.h"
#include "core/study/sensitivity.h"

#include <memory>

namespace quantscope::cli {

namespace {

struct SensitivityArguments {
    PlanOptions plan;
    std::vector<std::string> candidates;
    double calibrationShare = 0.5;
    bool json = false;
};

int sensitivity(const SensitivityArguments& arguments) {
    StudyPlan plan = makePlan(arguments.plan);
    for (const std::string& list : arguments.candidates)
        for (MethodSpec& candidate : parseMethodSpecs(list))
            plan.methods.push_back(std::move(candidate));
    InterruptibleJob job(arguments.json);
    runSensitivity(std::move(plan), arguments.calibrationShare, job.job());
    return 0;
}

} // namespace

void addSensitivityCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<SensitivityArguments>();
    CLI::App* command = app.add_subcommand(
        "sensitivity", "What quantizing each matrix alone costs, and restoring it alone gains");
    command->add_option("--model", arguments->plan.model,
                        "Checkpoint: Hugging Face folder, or .gguf");
    addTextOptions(*command, arguments->plan);
    command
        ->add_option("--candidates", arguments->candidates,
                     "Methods to measure, e.g. rtn:bits=3,group=64,gptq:bits=4 (repeat)")
        ->required()
        ->expected(1)
        ->take_all();
    addCalibrationOptions(*command, arguments->plan);
    command
        ->add_option("--calibration-share", arguments->calibrationShare,
                     "Share of the documents that methods calibrate on, where they have no text "
                     "of their own; sensitivity is measured on the others")
        ->check(CLI::Range(0.01, 0.99))
        ->capture_default_str();
    addResourceOptions(*command, arguments->plan);
    command->add_option("-o,--output", arguments->plan.output, "NAME.qscope.h5");
    command->add_flag("--json", arguments->json, "Progress as one JSON object a line");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return sensitivity(*arguments); }; });
}

} // namespace quantscope::cli
