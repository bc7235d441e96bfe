#pragma once

#include "core/study/plan_options.h"

#include <CLI/CLI.hpp>

namespace quantscope::cli {

// Options that several commands share: what is studied, what methods calibrate on, and with what.

void addTextOptions(CLI::App& command, PlanOptions& plan);
void addCalibrationOptions(CLI::App& command, PlanOptions& plan);
void addResourceOptions(CLI::App& command, PlanOptions& plan);

} // namespace quantscope::cli
