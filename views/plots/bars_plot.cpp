#include "views/plots/bars_plot.h"

#include "views/plots/bars_plottable.h"
#include "views/plots/comma_separated.h"
#include "views/plots/swatch_legend.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

BarsPlot::BarsPlot(QWidget* parent) : RowsPlot(parent) {
    QCustomPlot* canvas = plot();
    m_bars = new BarsPlottable(canvas->xAxis, canvas->yAxis);
    m_legend = new SwatchLegend(canvas);
    canvas->plotLayout()->addElement(1, 0, m_legend);
    canvas->plotLayout()->setRowSpacing(0);
    applyStyle(plotStyle());
    valuesChanged();
}

BarsPlot::~BarsPlot() = default;

void BarsPlot::setFigure(const BarsFigure& figure) {
    m_figure = figure;
    setCaption(figure.caption);
    m_bars->setGroups(figure.groups);
    std::vector<QString> labels;
    for (const BarGroup& group : figure.groups)
        labels.push_back(QString::fromStdString(group.label));
    showRows(std::move(labels), figure.valueTitle);
}

std::function<QString()> BarsPlot::csvLater() const {
    return [figure = m_figure] {
        CommaSeparated text;
        text.add(tr("group"))
            .add(tr("bar"))
            .add(QString::fromStdString(figure.valueTitle))
            .add(tr("low"))
            .add(tr("high"));
        text.add(tr("unstable")).endLine();
        for (const BarGroup& group : figure.groups) {
            for (const Bar& bar : group.bars) {
                text.add(QString::fromStdString(group.label))
                    .add(QString::fromStdString(bar.name))
                    .add(bar.value.value)
                    .add(bar.value.low);
                text.add(bar.value.high).add(bar.hatched ? 1.0 : 0.0).endLine();
            }
        }
        return text.text();
    };
}

bool BarsPlot::isEmpty() const {
    for (const BarGroup& group : m_figure.groups) {
        for (const Bar& bar : group.bars) {
            if (std::isfinite(bar.value.value))
                return false;
        }
    }
    return true;
}

std::optional<std::pair<std::size_t, std::size_t>> BarsPlot::barAt(const QPointF& position) const {
    const double y = plot()->yAxis->pixelToCoord(position.y());
    for (std::size_t group = 0; group < m_figure.groups.size(); ++group) {
        const std::size_t count = m_figure.groups[group].bars.size();
        for (std::size_t bar = 0; bar < count; ++bar) {
            if (BarsPlottable::place(group, bar, count).contains(y))
                return std::pair(group, bar);
        }
    }
    return std::nullopt;
}

void BarsPlot::applyStyle(const PlotStyle& style) {
    RowsPlot::applyStyle(style);
    plot()->xAxis->grid()->setZeroLinePen(QPen(style.axis, style.length(0.8)));
    m_bars->setStyle(style, laneStyles());
    // Bars that stand alone in their groups are named by the axis.
    std::vector<Swatch> swatches;
    for (const BarGroup& group : m_figure.groups) {
        for (const Bar& bar : group.bars) {
            const QString name = QString::fromStdString(bar.name);
            const bool known =
                std::any_of(swatches.begin(), swatches.end(),
                            [&](const Swatch& swatch) { return swatch.text == name; });
            if (group.bars.size() > 1 && !known)
                swatches.push_back({name, laneStyles().style(bar.role, style)});
        }
    }
    m_legend->setSwatches(isEmpty() ? std::vector<Swatch>() : std::move(swatches));
    m_legend->setStyle(style);
}

void BarsPlot::showAll() {
    if (isEmpty())
        return;
    bool found = false;
    QCPRange values = m_bars->getKeyRange(found, QCP::sdBoth);
    // One interval that reaches far out would squeeze every bar: it may leave the picture.
    double largest = 0;
    for (const BarGroup& group : m_figure.groups) {
        for (const Bar& bar : group.bars) {
            if (std::isfinite(bar.value.value) && !bar.hatched)
                largest = std::max(largest, std::abs(bar.value.value));
        }
    }
    if (largest > 0)
        values =
            QCPRange(std::max(values.lower, -1.6 * largest), std::min(values.upper, 1.6 * largest));
    if (reference())
        values.expand(*reference());
    const double room = std::max(values.size() * 0.04, 1e-12);
    plot()->xAxis->setRange(values.lower < 0 ? values.lower - room : 0,
                            values.upper > 0 ? values.upper + room : 0);
    plot()->yAxis->setRange(-0.5, static_cast<double>(m_figure.groups.size()) - 0.5);
}

QString BarsPlot::hoverText(const QPointF& position) {
    const auto place = barAt(position);
    if (!place)
        return {};
    const BarGroup& group = m_figure.groups[place->first];
    const Bar& bar = group.bars[place->second];
    QString text = tr("%1, %2: %3")
                       .arg(QString::fromStdString(group.label), QString::fromStdString(bar.name),
                            formatInterval(bar.value.value, bar.value.low, bar.value.high));
    if (bar.hatched)
        text += tr(" (unstable)");
    return bar.note.empty() ? text
                            : text + QStringLiteral(" — ") + QString::fromStdString(bar.note);
}

void BarsPlot::clicked(const QPointF& position, Qt::KeyboardModifiers) {
    if (const auto place = barAt(position))
        Q_EMIT barClicked(place->first, place->second);
}

} // namespace quantscope
