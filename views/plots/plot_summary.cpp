#include "views/plots/plot_summary.h"

#include "views/plots/bars_plot.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"
#include "views/plots/scatter_plot.h"
#include "views/plots/strips_plot.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace quantscope {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::PlotSummary", text);
}

/// The smallest and largest of the values given, and what stands there.
struct Extremes {
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -std::numeric_limits<double>::infinity();
    QString highestName;

    bool isEmpty() const { return highest < lowest; }
    void add(double value, const QString& name) {
        if (!std::isfinite(value))
            return;
        lowest = std::min(lowest, value);
        if (value > highest) {
            highest = value;
            highestName = name;
        }
    }
};

QString text(const std::string& name) { return QString::fromStdString(name); }

QString summaryOf(const CurveFigure& figure) {
    Extremes x, y;
    for (const Curve& curve : figure.curves) {
        for (std::size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
            x.add(curve.x[i], {});
            y.add(curve.y[i], text(curve.name));
        }
    }
    if (y.isEmpty())
        return {};
    return translated(QT_TRANSLATE_NOOP("quantscope::PlotSummary",
                                        "Lines: %1, over %2 from %3 to %4; values from %5 to %6, "
                                        "the highest in %7."))
        .arg(figure.curves.size())
        .arg(text(figure.xTitle), formatNumber(x.lowest), formatNumber(x.highest),
             formatNumber(y.lowest), formatNumber(y.highest), y.highestName);
}

/// How the columns of a map lie together, with the number of columns of the first groups.
QString groupsOf(const ColumnGroups& columns) {
    constexpr std::size_t mostNames = 8;
    const std::vector<ColumnGroup>& groups = columns.groups;
    QStringList names;
    for (std::size_t i = 0; i < std::min(groups.size(), mostNames); ++i)
        names << QStringLiteral("%1 (%2)").arg(text(groups[i].name)).arg(groups[i].count);
    if (groups.size() > mostNames)
        names << QStringLiteral("…");
    return translated(QT_TRANSLATE_NOOP("quantscope::PlotSummary",
                                        "Columns grouped by %1, groups: %2: %3."))
        .arg(text(columns.title))
        .arg(groups.size())
        .arg(names.join(QStringLiteral(", ")));
}

QString summaryOf(const Matrix& matrix, const ColumnGroups& groups) {
    Extremes values;
    std::size_t place = 0;
    std::size_t missing = 0;
    for (std::size_t i = 0; i < matrix.values.size(); ++i) {
        const double before = values.highest;
        missing += std::isfinite(matrix.values[i]) ? 0U : 1U;
        values.add(matrix.values[i], {});
        if (values.highest > before)
            place = i;
    }
    if (values.isEmpty())
        return {};
    const auto label = [](const std::vector<std::string>& labels, std::size_t index) {
        return index < labels.size() ? text(labels[index]) : QString::number(index);
    };
    const QString summary =
        translated(QT_TRANSLATE_NOOP(
                       "quantscope::PlotSummary",
                       "Map of %1 rows and %2 columns; values from %3 to %4, the highest in row "
                       "%5, column %6; not measured: %7."))
            .arg(matrix.rows)
            .arg(matrix.columns)
            .arg(formatNumber(values.lowest), formatNumber(values.highest),
                 label(matrix.rowLabels, place / matrix.columns),
                 label(matrix.columnLabels, place % matrix.columns))
            .arg(missing);
    return groups.groups.empty() ? summary : summary + QLatin1Char(' ') + groupsOf(groups);
}

QString summaryOf(const ScatterPlot& plot) {
    Extremes x, y;
    for (const double value : plot.x().values)
        x.add(value, {});
    for (const double value : plot.y().values)
        y.add(value, {});
    if (x.isEmpty() || y.isEmpty())
        return {};
    QString summary =
        translated(QT_TRANSLATE_NOOP("quantscope::PlotSummary",
                                     "Points: %1; %2 from %3 to %4, %5 from %6 to "
                                     "%7."))
            .arg(plot.x().values.size())
            .arg(text(plot.x().name), formatNumber(x.lowest), formatNumber(x.highest),
                 text(plot.y().name), formatNumber(y.lowest), formatNumber(y.highest));
    if (plot.statistics())
        summary +=
            QLatin1Char(' ') + translated(QT_TRANSLATE_NOOP("quantscope::PlotSummary",
                                                            "Pearson correlation %1, Spearman %2."))
                                   .arg(formatNumber(plot.statistics()->pearson.value),
                                        formatNumber(plot.statistics()->spearman.value));
    return summary;
}

QString summaryOfGroups(std::size_t groups, std::size_t values, const Extremes& extremes) {
    if (extremes.isEmpty())
        return {};
    return translated(QT_TRANSLATE_NOOP("quantscope::PlotSummary",
                                        "Values: %1 in %2 groups, from %3 to %4, the highest for "
                                        "%5."))
        .arg(values)
        .arg(groups)
        .arg(formatNumber(extremes.lowest), formatNumber(extremes.highest), extremes.highestName);
}

QString summaryOf(const BarsFigure& figure) {
    Extremes extremes;
    std::size_t count = 0;
    for (const BarGroup& group : figure.groups) {
        count += group.bars.size();
        for (const Bar& bar : group.bars)
            extremes.add(bar.value.value, text(group.label + " " + bar.name));
    }
    return summaryOfGroups(figure.groups.size(), count, extremes);
}

QString summaryOf(const StripsFigure& figure) {
    Extremes extremes;
    std::size_t count = 0;
    for (const StripGroup& group : figure.groups) {
        for (const Strip& strip : group.strips) {
            count += strip.values.size();
            for (const double value : strip.values)
                extremes.add(value, text(group.label + " " + strip.name));
        }
    }
    return summaryOfGroups(figure.groups.size(), count, extremes);
}

} // namespace

QString plotSummary(const PlotWidget& plot) {
    if (plot.isEmpty())
        return {};
    if (const auto* lines = qobject_cast<const LinesPlot*>(&plot))
        return summaryOf(lines->figure());
    if (const auto* heatmap = qobject_cast<const HeatmapPlot*>(&plot))
        return summaryOf(*heatmap->matrix(), heatmap->columnGroups());
    if (const auto* scatter = qobject_cast<const ScatterPlot*>(&plot))
        return summaryOf(*scatter);
    if (const auto* bars = qobject_cast<const BarsPlot*>(&plot))
        return summaryOf(bars->figure());
    if (const auto* strips = qobject_cast<const StripsPlot*>(&plot))
        return summaryOf(strips->figure());
    return {};
}

} // namespace quantscope
