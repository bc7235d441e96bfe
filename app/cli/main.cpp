#include "app/cli/command.h"
#include "core/data/error.h"
#include "core/ranks/mpi/launch.h"
#include "core/study/failure.h"
#include "core/study/process_environment.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <memory>

namespace {

using namespace quantscope;

std::string versionLine() {
    const std::string mpi = mpiLibrary();
    return fmt::format("quantscope-cli {} ({})", QUANTSCOPE_VERSION,
                       mpi.empty() ? "built without MPI" : "with " + mpi);
}

/// Commands by one process write files that several would write at once.
void requireSharedCommand(const CLI::App& app, const Ranks& ranks) {
    const std::string name = app.get_subcommands().front()->get_name();
    for (const char* shared : {"run", "calibrate", "perturb", "resume"})
        if (name == shared)
            return;
    if (!ranks.isAlone())
        throw Error(ErrorKind::Usage,
                    fmt::format("`{}` is the work of one process; start it without mpirun. Studies "
                                "by several are made with run, calibrate, perturb and resume.",
                                name));
}

/// The exit code. What fails at one rank ends all of them, and the first one says so.
int runCommand(int argc, char** argv, Ranks& ranks) {
    CLI::App app("QuantScope: which inputs does low-bit quantization break, and where in the model",
                 "quantscope-cli");
    app.set_version_flag("--version", versionLine());
    app.require_subcommand(1);
    app.footer("Exit codes: 0 done, 1 a defect of the program, 2 wrong options, 3 a file that is "
               "missing, damaged or not understood, 4 output that cannot be written, 5 not enough "
               "memory allowed, 6 interrupted (resumable), 7 a condition of compare --fail-if "
               "holds.");
    cli::Action chosen;
    cli::addRunCommand(app, chosen, ranks);
    cli::addCalibrateCommand(app, chosen, ranks);
    cli::addPerturbCommand(app, chosen, ranks);
    cli::addResumeCommand(app, chosen, ranks);
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
        requireSharedCommand(app, ranks);
        const int code = chosen();
        ranks.meet();
        return code;
    } catch (const CLI::ParseError& error) {
        const int code = ranks.isFirst() ? app.exit(error) : error.get_exit_code();
        if (code == 0) // help was asked for
            return 0;
        return ranks.failTogether({ErrorKind::Usage, error.what()}).exitCode();
    } catch (...) {
        const Error error = ranks.failTogether(asError(std::current_exception()));
        if (ranks.isFirst())
            std::fprintf(stderr, "quantscope-cli: %s\n", error.what());
        return error.exitCode();
    }
}

} // namespace

int main(int argc, char** argv) {
    prepareProcess(ProcessUse::OneStudy);
    try {
        const std::unique_ptr<Ranks> ranks = startRanks();
        return runCommand(argc, argv, *ranks);
    } catch (const Error& error) {
        std::fprintf(stderr, "quantscope-cli: %s\n", error.what());
        return error.exitCode();
    }
}
