#include "app/cli/command.h"
#include "core/data/error.h"
#include "core/study/failure.h"
#include "core/study/process_environment.h"

#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
    using namespace quantscope;
    prepareProcess(argc, argv);
    CLI::App app("QuantScope: which inputs does low-bit quantization break, and where in the model",
                 "quantscope-cli");
    app.set_version_flag("--version", std::string("quantscope-cli ") + QUANTSCOPE_VERSION);
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 a defect of the program, 2 wrong options, 3 a file that is "
               "missing, damaged or not understood, 4 output that cannot be written, 5 not enough "
               "memory allowed, 6 interrupted (resumable), 7 a condition of compare --fail-if "
               "holds.");
    cli::Action chosen;
    cli::addRunCommand(app, chosen);
    cli::addCalibrateCommand(app, chosen);
    cli::addPerturbCommand(app, chosen);
    cli::addResumeCommand(app, chosen);
    cli::addInfoCommand(app, chosen);
    cli::addTableCommand(app, chosen);
    cli::addTokenizeCommand(app, chosen);
    cli::addMethodsCommand(app, chosen);
    cli::addQuantizeCommand(app, chosen);
    cli::addExportCommand(app, chosen);
    cli::addSensitivityCommand(app, chosen);
    cli::addAllocateCommand(app, chosen);
    cli::addRecipeCommand(app, chosen);
    cli::addExamineCommand(app, chosen);
    cli::addPatchCommand(app, chosen);
    cli::addCompareCommand(app, chosen);
    cli::addSuperWeightCommand(app, chosen);
    try {
        app.parse(argc, argv);
        return chosen();
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(ErrorKind::Usage);
    } catch (...) {
        const Error error = asError(std::current_exception());
        std::fprintf(stderr, "quantscope-cli: %s\n", error.what());
        return error.exitCode();
    }
}
