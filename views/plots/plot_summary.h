#pragma once

#include <QString>

namespace quantscope {

class PlotWidget;

/// What a plot shows, in a sentence: for people who hear it instead of seeing it. Empty where
/// there is nothing to draw.
QString plotSummary(const PlotWidget& plot);

} // namespace quantscope
