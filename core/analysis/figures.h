#pragma once

#include "core/analysis/correlation_grid.h"
#include "core/data/pages/figure.h"

#include <span>
#include <string>
#include <vector>

namespace quantscope {

/// Where the published definitions are from, as captions cite it: "Chang et al. 2025, WHERE".
std::string paperSource(const std::string& where);

/// How the intervals of a caption were made, as a sentence.
std::string intervalSentence(std::size_t resamples);
/// How a simultaneous band was made, as a sentence; empty without one.
std::string bandSentence(const CorrelationGrid& grid);

/// A curve from one value by layer, with its band; layers without a value are left out.
Curve layerCurve(const std::string& name, const std::string& role,
                 std::span<const Interval> byLayer);

/// Correlations by layer, a line a column of the grid, with the simultaneous band about zero.
/// @param names  of the columns, which are their roles too
CurveFigure gridFigure(const CorrelationGrid& grid, const std::vector<std::string>& names,
                       Caption caption, const std::string& yTitle);

/// The simultaneous band as a curve at zero; adds nothing where there is none.
void addNullBand(CurveFigure& figure, double band);

/// An empty matrix of methods by methods. @param rowTitle, columnTitle  as the axes say
Matrix laneMatrix(const std::vector<std::string>& lanes, const std::string& rowTitle,
                  const std::string& columnTitle, const std::string& valueTitle);

/// Whether anything is drawn.
bool hasContent(const Figure& figure);

} // namespace quantscope
