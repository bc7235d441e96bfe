#include "views/plots/strips_plot.h"

#include "views/plots/axis_tickers.h"
#include "views/plots/comma_separated.h"
#include "views/plots/strips_plottable.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

StripsPlot::StripsPlot(QWidget* parent) : PlotWidget(parent) {
    QCustomPlot* canvas = plot();
    m_strips = new StripsPlottable(canvas->xAxis, canvas->yAxis);
    const QSharedPointer<CategoryTicker> ticker(new CategoryTicker(canvas->yAxis));
    m_ticker = ticker.data();
    canvas->yAxis->setTicker(ticker);
    canvas->yAxis->setRangeReversed(true);
    canvas->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new NumberTicker(canvas->xAxis)));
    m_referenceLine = new QCPItemStraightLine(canvas);
    m_referenceLine->setVisible(false);
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
    m_ticker->setCategories(labels.size(), labels);
    plot()->xAxis->setLabel(QString::fromStdString(figure.valueTitle));
    applyStyle(plotStyle());
    valuesChanged();
    showAll();
    setReference(m_reference);
}

void StripsPlot::setLaneStyles(const LaneStyles& styles) {
    m_laneStyles = styles;
    applyStyle(plotStyle());
    replotLater();
}

void StripsPlot::setReference(std::optional<double> value) {
    m_reference = value;
    m_referenceLine->setVisible(value.has_value() && !isEmpty());
    if (value) {
        m_referenceLine->point1->setCoords(*value, 0);
        m_referenceLine->point2->setCoords(*value, 1);
    }
    replotLater();
}

QString StripsPlot::csv() const {
    CommaSeparated text;
    text.add(tr("group"))
        .add(tr("strip"))
        .add(QString::fromStdString(m_figure.valueTitle))
        .endLine();
    for (const StripGroup& group : m_figure.groups)
        for (const Strip& strip : group.strips)
            for (const double value : strip.values)
                text.add(QString::fromStdString(group.label))
                    .add(QString::fromStdString(strip.name))
                    .add(value)
                    .endLine();
    return text.text();
}

bool StripsPlot::isEmpty() const {
    bool found = false;
    m_strips->getKeyRange(found, QCP::sdBoth);
    return !found;
}

void StripsPlot::applyStyle(const PlotStyle& style) {
    QCustomPlot* canvas = plot();
    styleAxis(canvas->xAxis, style);
    styleAxis(canvas->yAxis, style);
    canvas->yAxis->grid()->setVisible(false);
    canvas->yAxis->setTickLength(0, 0);
    const int gap = static_cast<int>(style.length(6));
    mainRect()->setMinimumMargins(QMargins(0, gap, gap * 2, 0));
    m_strips->setStyle(style, m_laneStyles);
    m_referenceLine->setPen(QPen(style.mutedText, style.length(1), Qt::DashLine));
}

void StripsPlot::showAll() {
    bool found = false;
    QCPRange values = m_strips->getKeyRange(found, QCP::sdBoth);
    if (!found)
        return;
    if (m_reference)
        values.expand(*m_reference);
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
