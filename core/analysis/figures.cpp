#include "core/analysis/figures.h"

#include "core/analysis/set_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

bool draws(const CurveFigure& figure) {
    return std::any_of(figure.curves.begin(), figure.curves.end(),
                       [](const Curve& curve) { return !curve.x.empty() && curve.role != "null"; });
}

bool draws(const BarsFigure& figure) {
    return std::any_of(figure.groups.begin(), figure.groups.end(), [](const BarGroup& group) {
        return std::any_of(group.bars.begin(), group.bars.end(),
                           [](const Bar& bar) { return !std::isnan(bar.value.value); });
    });
}

bool draws(const MatrixFigure& figure) {
    return std::any_of(figure.matrix.values.begin(), figure.matrix.values.end(),
                       [](float value) { return !std::isnan(value); });
}

bool draws(const ScatterFigureValues& figure) { return figure.statistics.count > 0; }

bool draws(const StripsFigure& figure) {
    return std::any_of(figure.groups.begin(), figure.groups.end(), [](const StripGroup& group) {
        return std::any_of(group.strips.begin(), group.strips.end(), [](const Strip& strip) {
            return std::any_of(strip.values.begin(), strip.values.end(),
                               [](double value) { return !std::isnan(value); });
        });
    });
}

bool draws(const TableFigure& figure) { return !figure.rows.empty(); }

} // namespace

std::string paperSource(const std::string& where) { return "Chang et al. 2025, " + where; }

std::string intervalSentence(std::size_t resamples) {
    return fmt::format("95 % percentile intervals from {} resamples of documents", resamples);
}

std::string bandSentence(const CorrelationGrid& grid) {
    if (std::isnan(grid.band))
        return {};
    return fmt::format("the grey band holds the largest |ρ| of all lines in 95 % of {} shuffles of "
                       "documents",
                       grid.permutations);
}

Curve layerCurve(const std::string& name, const std::string& role,
                 std::span<const Interval> byLayer) {
    Curve curve;
    curve.name = name;
    curve.role = role;
    for (std::size_t layer = 0; layer < byLayer.size(); ++layer)
        addPoint(curve, static_cast<double>(layer), byLayer[layer]);
    finishCurve(curve);
    return curve;
}

void addNullBand(CurveFigure& figure, double band) {
    if (std::isnan(band) || figure.curves.empty())
        return;
    double first = 0, last = 0;
    for (const Curve& curve : figure.curves)
        for (const double x : curve.x) {
            first = std::min(first, x);
            last = std::max(last, x);
        }
    Curve curve;
    curve.name = "by chance";
    curve.role = "null";
    curve.x = {first, last};
    curve.y = {0, 0};
    curve.low = {-band, -band};
    curve.high = {band, band};
    curve.dashed = true;
    figure.curves.push_back(std::move(curve));
}

CurveFigure gridFigure(const CorrelationGrid& grid, const std::vector<std::string>& names,
                       Caption caption, const std::string& yTitle) {
    CurveFigure figure;
    figure.caption = std::move(caption);
    figure.xTitle = "layer";
    figure.yTitle = yTitle;
    for (std::size_t column = 0; column < grid.columns; ++column) {
        std::vector<Interval> byLayer;
        for (std::size_t row = 0; row < grid.rows; ++row)
            byLayer.push_back(grid.at(row, column));
        Curve curve = layerCurve(names[column], names[column], byLayer);
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    if (figure.curves.empty())
        return figure;
    figure.caption.definition += ". " + intervalSentence(grid.resamples);
    if (const std::string band = bandSentence(grid); !band.empty())
        figure.caption.definition += "; " + band;
    addNullBand(figure, grid.band);
    return figure;
}

Matrix laneMatrix(const std::vector<std::string>& lanes, const std::string& rowTitle,
                  const std::string& columnTitle, const std::string& valueTitle) {
    Matrix matrix;
    matrix.rows = matrix.columns = lanes.size();
    matrix.rowLabels = matrix.columnLabels = lanes;
    matrix.rowTitle = rowTitle;
    matrix.columnTitle = columnTitle;
    matrix.valueTitle = valueTitle;
    matrix.values.assign(lanes.size() * lanes.size(), std::nanf(""));
    return matrix;
}

bool hasContent(const Figure& figure) {
    return std::visit([](const auto& body) { return draws(body); }, figure.body);
}

} // namespace quantscope
