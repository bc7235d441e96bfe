#pragma once

#include "core/data/pages/patching.h"
#include "views/plots/bars_plot.h"

namespace quantscope {

/// Recovered fractions as bars: a group for each thing patched, a bar for each set.
BarsFigure patchFigure(const PatchingValues& values);

/// A set's name as a person reads it.
QString translatedSetName(const std::string& set);

} // namespace quantscope
