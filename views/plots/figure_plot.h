#pragma once

#include "core/data/pages/figure.h"
#include "views/plots/lane_styles.h"

#include <memory>

namespace quantscope {

class PlotWidget;

/// A plot that shows a figure, named after it; null for a table.
std::unique_ptr<PlotWidget> makeFigurePlot(const Figure& figure, const LaneStyles& lanes);

/// Shows a figure in a plot that was made for one of its kind.
/// @return  false where the plot is of another kind; nothing has changed then
bool showFigure(PlotWidget& plot, const Figure& figure, const LaneStyles& lanes);

/// Values of a table as comma-separated text (RFC 4180): a column with intervals becomes three.
QString tableAsCsv(const TableFigure& table);

} // namespace quantscope
