#include "app/cli/command.h"
#include "app/cli/progress_printer.h"
#include "core/data/error.h"
#include "core/study/export_checkpoint.h"
#include "core/study/plan_options.h"
#include "core/study/quantize_model.h"

#include <fmt/format.h>

#include <memory>

namespace quantscope::cli {

namespace {

struct QuantizeArguments {
    std::string model;
    std::string method;
    std::string recipe;
    std::string calibration;
    std::string textField = "text";
    std::string memory = "4GiB";
    QuantizeOptions options;
    std::string scales = "f16";
    bool json = false;
};

ScaleType parseScales(const std::string& name) {
    if (name != "f16" && name != "f32")
        throw Error(ErrorKind::Usage,
                    fmt::format("--scales takes f16 or f32; found \"{}\".", name));
    return name == "f16" ? ScaleType::F16 : ScaleType::F32;
}

void addFormatOptions(CLI::App& command, std::string& format, std::string& scales, bool& replace) {
    command.add_option("--format", format,
                       "f32 (dequantized, exact), gptq, gptq_v2 or compressed-tensors");
    command.add_option("--scales", scales, "f16, as the formats' tools have them, or f32 (exact)")
        ->capture_default_str();
    command.add_flag("--force", replace, "Replace a checkpoint that stands there already");
}

int quantize(QuantizeArguments& arguments) {
    QuantizeOptions options = arguments.options;
    options.modelPath = arguments.model;
    if (arguments.method.empty() == arguments.recipe.empty())
        throw Error(ErrorKind::Usage, "Give either --method or --recipe.");
    if (arguments.recipe.empty())
        options.method = parseMethodSpec(arguments.method);
    else
        options.method = {"mixed", {{"recipe", arguments.recipe}}, "mixed"};
    options.scales = parseScales(arguments.scales);
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
        "quantize", "Quantize a checkpoint into a folder: dequantized, or in a published format");
    command->add_option("--model", arguments->model, "Checkpoint folder (Hugging Face)")
        ->required();
    command->add_option("--method", arguments->method, "Method with options; see `methods`");
    command->add_option("--recipe", arguments->recipe,
                        "A method for each matrix: JSON as `allocate` and `recipe` write it");
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
    addFormatOptions(*command, arguments->options.format, arguments->scales,
                     arguments->options.replace);
    command->add_flag("--json", arguments->json, "Progress as one JSON object a line");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return quantize(*arguments); }; });
}

void addExportCommand(CLI::App& app, Action& chosen) {
    struct Arguments {
        SessionExport options;
        std::string scales = "f16";
        bool json = false;
    };
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand(
        "export", "A quantized checkpoint from the codes that a study kept beside its session");
    command->add_option("session", arguments->options.session, "NAME.qscope.h5")->required();
    command->add_option("--lane", arguments->options.lane, "Lane of a method")->required();
    command->add_option("--model", arguments->options.modelPath,
                        "The model, where it is not any more where the study found it");
    addFormatOptions(*command, arguments->options.format, arguments->scales,
                     arguments->options.replace);
    command->get_option("--format")->required()->description("gptq, gptq_v2 or compressed-tensors");
    command->add_option("-o,--output", arguments->options.output, "Folder to make")->required();
    command->add_flag("--json", arguments->json, "Progress as one JSON object a line");
    command->callback([arguments, &chosen] {
        chosen = [arguments] {
            arguments->options.scales = parseScales(arguments->scales);
            InterruptibleJob job(arguments->json);
            exportFromSession(arguments->options, job.job());
            return 0;
        };
    });
}

} // namespace quantscope::cli
