#pragma once

#include "core/data/pages/patching.h"
#include "views/plots/bars_plot.h"

namespace quantscope {

/// Recovered fractions as bars: a group for each thing patched, a bar for each set.
/// @param kind  with its controls; empty: every kind, without controls
BarsFigure patchFigure(const PatchingValues& values, const std::string& kind = {});

/// "down (zero)" → "down": the kind that a control stands beside.
std::string kindOfControl(const std::string& kind);

/// A set's name as a person reads it.
QString translatedSetName(const std::string& set);

} // namespace quantscope
