#include "app/cli/command.h"
#include "app/cli/progress_printer.h"
#include "core/study/plan_options.h"
#include "core/study/quantize_model.h"

#include <memory>

namespace quantscope::cli {

namespace {

struct QuantizeArguments {
    std::string model;
    std::string method;
    std::string calibration;
    std::string textField = "text";
    std::string memory = "4GiB";
    QuantizeOptions options;
    bool json = false;
};

int quantize(QuantizeArguments& arguments) {
    QuantizeOptions options = arguments.options;
    options.modelPath = arguments.model;
    options.method = parseMethodSpec(arguments.method);
    options.resources.memoryBytes = parseByteSize(arguments.memory);
    if (!arguments.calibration.empty()) {
        TextSource source;
        source.path = arguments.calibration;
        source.format = formatByEnding(source.path);
        source.textField = arguments.textField;
        options.calibration.source = source;
    }
    InterruptibleJob job(arguments.json);
    quantizeModel(options, job.job());
    return 0;
}

} // namespace

void addQuantizeCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<QuantizeArguments>();
    CLI::App* command = app.add_subcommand(
        "quantize", "Quantize a checkpoint into a folder of dequantized f32 weights and codes");
    command->add_option("--model", arguments->model, "Checkpoint folder (Hugging Face)")
        ->required();
    command->add_option("--method", arguments->method, "Method with options; see `methods`")
        ->required();
    command->add_option("--calibration", arguments->calibration, "Text to calibrate on");
    command->add_option("--text-field", arguments->textField, "Column or key of the text")
        ->capture_default_str();
    command
        ->add_option("--calibration-examples", arguments->options.calibration.examples,
                     "Calibration windows")
        ->capture_default_str();
    command->add_option("--tokens", arguments->options.tokens, "Tokens of a calibration window")
        ->capture_default_str();
    command->add_option("--seed", arguments->options.seed, "Seed of the draw")
        ->capture_default_str();
    command->add_option("--memory", arguments->memory, "Resident memory it may use")
        ->capture_default_str();
    command->add_option("--threads", arguments->options.resources.threads, "Threads (0: all cores)")
        ->capture_default_str();
    command->add_option("-o,--output", arguments->options.output, "Folder to make")->required();
    command->add_flag("--json", arguments->json, "Progress as one JSON object a line");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return quantize(*arguments); }; });
}

} // namespace quantscope::cli
