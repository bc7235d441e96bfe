#include "views/plots/strips_plot.h"

#include "views/plots/comma_separated.h"
#include "views/plots/strips_plottable.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

StripsPlot::StripsPlot(QWidget* parent) : RowsPlot(parent) {
    m_strips = new StripsPlottable(plot()->xAxis, plot()->yAxis);
    applyStyle(plotStyle());
    valuesChanged();
}

StripsPlot::~StripsPlot() = default;

void StripsPlot::setFigure(const StripsFigure& figure) {
    m_figure = figure;
    setCaption(figure.caption);
    std::vector<QString> labels;
    std::vector<Strip> rows;
    for (const StripGroup& group : figure.groups) {
        labels.push_back(QString::fromStdString(group.label));
        rows.emplace_back();
        for (const Strip& strip : group.strips) {
            labels.push_back(QString::fromStdString(strip.name) + QStringLiteral("  "));
            rows.push_back(strip);
        }
    }
    m_strips->setRows(std::move(rows));
    showRows(std::move(labels), figure.valueTitle);
}

std::function<QString()> StripsPlot::csvLater() const {
    return [figure = m_figure] {
        CommaSeparated text;
        text.add(tr("group"))
            .add(tr("strip"))
            .add(QString::fromStdString(figure.valueTitle))
            .endLine();
        for (const StripGroup& group : figure.groups)
            for (const Strip& strip : group.strips)
                for (const double value : strip.values)
                    text.add(QString::fromStdString(group.label))
                        .add(QString::fromStdString(strip.name))
                        .add(value)
                        .endLine();
        return text.text();
    };
}

bool StripsPlot::isEmpty() const {
    bool found = false;
    m_strips->getKeyRange(found, QCP::sdBoth);
    return !found;
}

void StripsPlot::applyStyle(const PlotStyle& style) {
    RowsPlot::applyStyle(style);
    m_strips->setStyle(style, laneStyles());
}

void StripsPlot::showAll() {
    bool found = false;
    QCPRange values = m_strips->getKeyRange(found, QCP::sdBoth);
    if (!found)
        return;
    if (reference())
        values.expand(*reference());
    const double room = std::max({values.size() * 0.06, std::abs(values.center()) * 1e-3, 1e-12});
    plot()->xAxis->setRange(values.lower - room, values.upper + room);
    plot()->yAxis->setRange(-0.5, static_cast<double>(rows()) - 0.5);
}

std::size_t StripsPlot::rowsOf(const StripsFigure& figure) {
    std::size_t rows = 0;
    for (const StripGroup& group : figure.groups)
        rows += 1 + group.strips.size();
    return rows;
}

QString StripsPlot::hoverText(const QPointF& position) {
    const double row = std::round(plot()->yAxis->pixelToCoord(position.y()));
    const std::vector<Strip>& rows = m_strips->rows();
    if (row < 0 || row >= static_cast<double>(rows.size()))
        return {};
    const Strip& strip = rows[static_cast<std::size_t>(row)];
    std::size_t nearest = strip.values.size();
    double distance = plotStyle().length(8);
    for (std::size_t i = 0; i < strip.values.size(); ++i) {
        const double away = std::abs(plot()->xAxis->coordToPixel(strip.values[i]) - position.x());
        if (away < distance) {
            distance = away;
            nearest = i;
        }
    }
    const QString name = QString::fromStdString(strip.name);
    if (nearest == strip.values.size())
        return name;
    QString text = name + QStringLiteral(": ") + formatNumber(strip.values[nearest], 4);
    if (nearest < strip.notes.size())
        text += QStringLiteral(" — ") + QString::fromStdString(strip.notes[nearest]);
    return text;
}

} // namespace quantscope
