#include "app/cli/command.h"
#include "core/data/error.h"
#include "core/data/patch_options.h"
#include "core/study/allocate.h"
#include "core/study/session_recipe.h"

#include <memory>

namespace quantscope::cli {

namespace {

struct RecipeArguments {
    std::string from;
    std::string budget;
    std::vector<std::string> protect;
    std::string form = "json";
    std::string output;
    std::vector<std::string> candidates;
    RecipeRequest request;
};

int recipe(const RecipeArguments& arguments) {
    RecipeRequest request = arguments.request;
    for (const std::string& kind : arguments.protect)
        for (const Module module : modulesOf(parseWeightKind(kind)))
            request.protect.push_back(module);
    for (const std::string& list : arguments.candidates)
        for (const MethodSpec& candidate : parseMethodSpecs(list))
            request.candidates.push_back(toString(candidate));
    if (!arguments.budget.empty()) {
        const AllocationBudget budget = parseAllocationBudget(arguments.budget);
        if (!(budget.bitsPerWeight > 0))
            throw Error(ErrorKind::Usage, "--budget takes bits per weight here, e.g. 3.5.");
        request.bitsPerWeight = budget.bitsPerWeight;
    }
    exportRecipe(arguments.from, request, arguments.form, arguments.output);
    return 0;
}

} // namespace

void addRecipeCommand(CLI::App& app, Action& chosen) {
    const auto arguments = std::make_shared<RecipeArguments>();
    CLI::App* command = app.add_subcommand(
        "recipe", "Which method for which matrix, as this and other programs read it");
    command->add_option("from", arguments->from, "NAME.qscope.h5, or a recipe (.json)")->required();
    command
        ->add_option("--assignment", arguments->request.assignment,
                     "Which of the session's: allocated, uniform, largest, random-1, …")
        ->capture_default_str();
    command->add_option("--budget", arguments->budget,
                        "Solve again for these bits per weight, from the session's sensitivities");
    command->add_option("--objective", arguments->request.objective, "Of that, as `allocate`")
        ->capture_default_str();
    command->add_option("--protect", arguments->protect, "In that, as `allocate`")->delimiter(',');
    command
        ->add_option("--candidates", arguments->candidates,
                     "In that, these of the session's candidates only (repeat)")
        ->expected(1)
        ->take_all();
    command
        ->add_option("--form", arguments->form,
                     "json, gptqmodel (its dynamic overrides), llm-compressor (config groups) or "
                     "llama.cpp (for llama-quantize --tensor-type-file)")
        ->capture_default_str();
    command->add_option("-o,--output", arguments->output, "File to write")->required();
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return recipe(*arguments); }; });
}

} // namespace quantscope::cli
