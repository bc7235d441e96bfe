#include "views/plots/figure_plot.h"

#include "views/plots/bars_plot.h"
#include "views/plots/comma_separated.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"
#include "views/plots/scatter_plot.h"
#include "views/plots/strips_plot.h"

#include <algorithm>

namespace quantscope {

namespace {

using Plot = std::unique_ptr<PlotWidget>;

void show(const CurveFigure& curves, const Figure& figure, const LaneStyles& styles,
          LinesPlot& plot) {
    plot.setLaneStyles(styles);
    plot.setTickNames(figure.tickNames);
    plot.setFigure(curves);
    if (figure.logarithmic)
        plot.setLogarithmic(true);
    plot.setZeroLine(figure.zeroLine);
    plot.setFilled(figure.filled);
}

void show(const BarsFigure& bars, const Figure& figure, const LaneStyles& styles, BarsPlot& plot) {
    plot.setLaneStyles(styles);
    plot.setFigure(bars);
    plot.setReference(figure.reference);
}

void show(const MatrixFigure& matrix, const Figure&, const LaneStyles&, MatrixPlot& plot) {
    plot.setCaption(matrix.caption);
    plot.setMatrix(std::make_shared<const Matrix>(matrix.matrix));
}

void show(const MatrixFigure& matrix, const Figure& figure, const LaneStyles&, HeatmapPlot& plot) {
    plot.setCaption(matrix.caption);
    plot.setRowsUpward(true);
    plot.setScaleKind(figure.logarithmic ? ScaleKind::Logarithmic : ScaleKind::Linear);
    plot.setMatrix(std::make_shared<const Matrix>(matrix.matrix));
}

void show(const StripsFigure& strips, const Figure& figure, const LaneStyles& styles,
          StripsPlot& plot) {
    plot.setLaneStyles(styles);
    plot.setReference(figure.reference);
    plot.setFigure(strips);
}

void show(const ScatterFigureValues& points, const Figure&, const LaneStyles&, ScatterPlot& plot) {
    plot.setCaption(points.caption);
    plot.setValues(points.x, points.y, points.large, points.control);
    plot.setStatistics(points.statistics);
}

/// The widget that draws a kind of figure; none for tables.
template <typename Body>
struct Drawn;
template <>
struct Drawn<CurveFigure> {
    using Widget = LinesPlot;
};
template <>
struct Drawn<BarsFigure> {
    using Widget = BarsPlot;
};
template <>
struct Drawn<MatrixFigure> {
    using Widget = MatrixPlot;
};
template <>
struct Drawn<StripsFigure> {
    using Widget = StripsPlot;
};
template <>
struct Drawn<ScatterFigureValues> {
    using Widget = ScatterPlot;
};

template <typename Body>
Plot emptyPlot(const Body&, const Figure&) {
    return std::make_unique<typename Drawn<Body>::Widget>();
}
Plot emptyPlot(const MatrixFigure&, const Figure& figure) {
    if (figure.asMap)
        return std::make_unique<HeatmapPlot>();
    return std::make_unique<MatrixPlot>();
}
Plot emptyPlot(const TableFigure&, const Figure&) { return nullptr; }

template <typename Body>
bool showIn(PlotWidget& plot, const Body& body, const Figure& figure, const LaneStyles& styles) {
    auto* widget = qobject_cast<typename Drawn<Body>::Widget*>(&plot);
    if (widget)
        show(body, figure, styles, *widget);
    return widget != nullptr;
}
bool showIn(PlotWidget& plot, const MatrixFigure& body, const Figure& figure,
            const LaneStyles& styles) {
    // A matrix with numbers is a map too: what was made for one kind does not show the other.
    auto* matrix = qobject_cast<MatrixPlot*>(&plot);
    auto* map = matrix ? nullptr : qobject_cast<HeatmapPlot*>(&plot);
    if (figure.asMap && map)
        show(body, figure, styles, *map);
    if (!figure.asMap && matrix)
        show(body, figure, styles, *matrix);
    return figure.asMap ? map != nullptr : matrix != nullptr;
}
bool showIn(PlotWidget&, const TableFigure&, const Figure&, const LaneStyles&) { return false; }

bool hasInterval(const TableFigure& table, std::size_t column) {
    return std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
        return column < row.size() && std::holds_alternative<Interval>(row[column]);
    });
}

void addCell(CommaSeparated& text, const TableCell& cell, bool asInterval) {
    if (const auto* words = std::get_if<std::string>(&cell))
        text.add(QString::fromStdString(*words));
    else if (const auto* number = std::get_if<double>(&cell))
        text.add(*number);
    else
        text.add(std::get<Interval>(cell).value);
    if (!asInterval)
        return;
    const auto* interval = std::get_if<Interval>(&cell);
    text.add(interval ? interval->low : notMeasured).add(interval ? interval->high : notMeasured);
}

} // namespace

std::unique_ptr<PlotWidget> makeFigurePlot(const Figure& figure, const LaneStyles& lanes) {
    Plot plot = std::visit([&](const auto& body) { return emptyPlot(body, figure); }, figure.body);
    if (!plot)
        return nullptr;
    showFigure(*plot, figure, lanes);
    plot->setObjectName(QString::fromStdString(figure.name));
    return plot;
}

bool showFigure(PlotWidget& plot, const Figure& figure, const LaneStyles& lanes) {
    const LaneStyles styles = figure.roles.empty() ? lanes : LaneStyles(figure.roles);
    return std::visit([&](const auto& body) { return showIn(plot, body, figure, styles); },
                      figure.body);
}

QString tableAsCsv(const TableFigure& table) {
    CommaSeparated text;
    std::vector<bool> isInterval;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        const QString title = QString::fromStdString(table.columns[column]);
        isInterval.push_back(hasInterval(table, column));
        text.add(title);
        if (isInterval.back())
            text.add(title + QStringLiteral(" low")).add(title + QStringLiteral(" high"));
    }
    text.endLine();
    for (const auto& row : table.rows) {
        for (std::size_t column = 0; column < row.size(); ++column)
            addCell(text, row[column], isInterval[column]);
        text.endLine();
    }
    return text.text();
}

} // namespace quantscope
