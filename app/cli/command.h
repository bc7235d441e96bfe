#pragma once

#include "core/ranks/ranks.h"

#include <CLI/CLI.hpp>

#include <functional>

namespace quantscope::cli {

/// Each command adds itself to the parser with what it does when it was chosen. A command returns
/// the process's exit code and throws quantscope::Error. Those with ranks do their work together.
using Action = std::function<int()>;

void addRunCommand(CLI::App& app, Action& chosen, Ranks& ranks);
void addCalibrateCommand(CLI::App& app, Action& chosen, Ranks& ranks);
void addResumeCommand(CLI::App& app, Action& chosen, Ranks& ranks);
void addInfoCommand(CLI::App& app, Action& chosen);
void addTableCommand(CLI::App& app, Action& chosen);
void addTokenizeCommand(CLI::App& app, Action& chosen);
void addMethodsCommand(CLI::App& app, Action& chosen);
void addQuantizeCommand(CLI::App& app, Action& chosen);
void addExportCommand(CLI::App& app, Action& chosen);
void addAllocateCommand(CLI::App& app, Action& chosen);
void addRecipeCommand(CLI::App& app, Action& chosen);
void addSensitivityCommand(CLI::App& app, Action& chosen);
void addExamineCommand(CLI::App& app, Action& chosen);
void addPatchCommand(CLI::App& app, Action& chosen);
void addCompareCommand(CLI::App& app, Action& chosen);
void addSuperWeightCommand(CLI::App& app, Action& chosen);
void addPerturbCommand(CLI::App& app, Action& chosen, Ranks& ranks);

} // namespace quantscope::cli
