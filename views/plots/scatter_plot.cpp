#include "views/plots/scatter_plot.h"

#include "views/plots/axis_tickers.h"
#include "views/plots/comma_separated.h"
#include "views/plots/histogram.h"
#include "views/plots/points_plottable.h"
#include "views/plots/swatch_legend.h"

#include <QActionGroup>
#include <QMenu>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

QString titleOf(const ExampleColumn& column) {
    const QString name = QString::fromStdString(column.name);
    return column.unit.empty()
               ? name
               : QStringLiteral("%1 (%2)").arg(name, QString::fromStdString(column.unit));
}

void widen(QCPAxis* axis, QCPRange range) {
    const double room =
        range.size() > 0 ? range.size() * 0.04 : std::max(0.5, std::abs(range.lower) * 0.1);
    axis->setRange(range.lower - room, range.upper + room);
}

} // namespace

ScatterPlot::ScatterPlot(QWidget* parent)
    : PlotWidget(parent)
    , m_points(std::make_shared<PointValues>()) {
    QCustomPlot* canvas = plot();
    canvas->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new NumberTicker(canvas->xAxis)));
    canvas->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new NumberTicker(canvas->yAxis)));
    addMarginals();
    m_legend = new SwatchLegend(canvas);
    canvas->plotLayout()->addElement(2, 0, m_legend);
    m_plottable = new PointsPlottable(canvas->xAxis, canvas->yAxis);
    m_plottable->setPoints(m_points);
    m_regression = new QCPItemStraightLine(canvas);
    m_regression->setClipAxisRect(mainRect());
    m_corner = new QCPItemText(canvas);
    m_corner->setClipToAxisRect(false);
    m_corner->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_corner->setTextAlignment(Qt::AlignLeft);
    m_corner->position->setType(QCPItemPosition::ptAxisRectRatio);
    m_corner->position->setAxisRect(mainRect());
    m_corner->position->setCoords(0.015, 0.015);
    applyStyle(plotStyle());
    showStatistics();
    valuesChanged();
}

ScatterPlot::~ScatterPlot() = default;

void ScatterPlot::addMarginals() {
    QCustomPlot* canvas = plot();
    canvas->plotLayout()->insertRow(0);
    m_top.rect = new QCPAxisRect(canvas, false);
    m_right.rect = new QCPAxisRect(canvas, false);
    canvas->plotLayout()->addElement(0, 0, m_top.rect);
    canvas->plotLayout()->addElement(1, 1, m_right.rect);
    canvas->plotLayout()->setRowSpacing(0);
    canvas->plotLayout()->setColumnSpacing(0);
    auto* columns = new QCPMarginGroup(canvas);
    auto* rows = new QCPMarginGroup(canvas);
    mainRect()->setMarginGroup(QCP::msLeft | QCP::msRight, columns);
    m_top.rect->setMarginGroup(QCP::msLeft | QCP::msRight, columns);
    mainRect()->setMarginGroup(QCP::msTop | QCP::msBottom, rows);
    m_right.rect->setMarginGroup(QCP::msTop | QCP::msBottom, rows);
    for (const Marginal* marginal : {&m_top, &m_right}) {
        for (QCPAxis* axis : marginal->rect->addAxes(QCPAxis::atLeft | QCPAxis::atBottom)) {
            axis->setVisible(false);
            axis->grid()->setVisible(false);
        }
    }
    const auto addGraphs = [&](Marginal& marginal, QCPAxis* key, QCPAxis* value) {
        for (QCPGraph*& graph : marginal.graphs) {
            graph = canvas->addGraph(key, value);
            graph->setLineStyle(QCPGraph::lsStepCenter);
            graph->setAntialiased(false);
        }
    };
    QCPAxis* topKey = m_top.rect->axis(QCPAxis::atBottom);
    QCPAxis* rightKey = m_right.rect->axis(QCPAxis::atLeft);
    addGraphs(m_top, topKey, m_top.rect->axis(QCPAxis::atLeft));
    addGraphs(m_right, rightKey, m_right.rect->axis(QCPAxis::atBottom));
    const auto rangeChanged =
        static_cast<void (QCPAxis::*)(const QCPRange&)>(&QCPAxis::rangeChanged);
    const auto setRange = static_cast<void (QCPAxis::*)(const QCPRange&)>(&QCPAxis::setRange);
    connect(canvas->xAxis, rangeChanged, topKey, setRange);
    connect(canvas->yAxis, rangeChanged, rightKey, setRange);
}

void ScatterPlot::setValues(const ExampleColumn& x, const ExampleColumn& y,
                            const std::vector<std::size_t>& large,
                            const std::vector<std::size_t>& control) {
    m_x = x;
    m_y = y;
    const std::size_t count = std::min(x.values.size(), y.values.size());
    m_points->x.assign(x.values.begin(), x.values.begin() + static_cast<std::ptrdiff_t>(count));
    m_points->y.assign(y.values.begin(), y.values.begin() + static_cast<std::ptrdiff_t>(count));
    m_points->sets.assign(count, PointSet::Other);
    for (const std::size_t example : control) {
        if (example < count)
            m_points->sets[example] = PointSet::Control;
    }
    for (const std::size_t example : large) {
        if (example < count)
            m_points->sets[example] = PointSet::Large;
    }
    m_statistics.reset();
    fillMarginal(m_top, m_points->x);
    fillMarginal(m_right, m_points->y);
    setAxisTitle(plot()->xAxis, titleOf(x));
    setAxisTitle(plot()->yAxis, titleOf(y));
    showStatistics();
    applyStyle(plotStyle());
    valuesChanged();
    showAll();
}

void ScatterPlot::clear() { setValues({}, {}, {}, {}); }

void ScatterPlot::fillMarginal(Marginal& marginal, const std::vector<double>& values) {
    const Bins bins = binsFor(values);
    double highest = 1;
    for (int set = 0; set < 3; ++set) {
        std::vector<double> chosen;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (set == 0 || static_cast<int>(m_points->setOf(i)) == set)
                chosen.push_back(values[i]);
        }
        const std::vector<double> counts = countInBins(chosen, bins);
        QVector<double> centres;
        QVector<double> heights;
        centres.append(bins.low - bins.width() / 2); // The outline starts and ends on the axis.
        heights.append(0);
        for (std::size_t bin = 0; bin < counts.size(); ++bin) {
            centres.append(bins.low + (static_cast<double>(bin) + 0.5) * bins.width());
            heights.append(counts[bin]);
            highest = std::max(highest, counts[bin]);
        }
        centres.append(bins.high + bins.width() / 2);
        heights.append(0);
        marginal.graphs[set]->setData(centres, heights, true);
    }
    marginal.graphs[0]->valueAxis()->setRange(0, highest * 1.05);
}

void ScatterPlot::setStatistics(const std::optional<ScatterStatistics>& statistics) {
    m_statistics = statistics;
    showStatistics();
    replotLater();
}

void ScatterPlot::showStatistics() {
    const bool shown = m_statistics.has_value() && !isEmpty();
    m_regression->setVisible(shown && std::isfinite(m_statistics->slope) &&
                             std::isfinite(m_statistics->intercept));
    m_corner->setVisible(shown);
    if (!shown)
        return;
    const ScatterStatistics& statistics = *m_statistics;
    m_corner->setText(tr("r = %1\nρ = %2\nn = %3")
                          .arg(formatInterval(statistics.pearson.value, statistics.pearson.low,
                                              statistics.pearson.high),
                               formatInterval(statistics.spearman.value, statistics.spearman.low,
                                              statistics.spearman.high))
                          .arg(statistics.count));
    if (m_regression->visible()) {
        m_regression->point1->setCoords(0, statistics.intercept);
        m_regression->point2->setCoords(1, statistics.intercept + statistics.slope);
    }
}

void ScatterPlot::setSelected(const std::vector<std::size_t>& points) {
    m_selected = points;
    m_plottable->setSelected(points);
    replotLater();
}

void ScatterPlot::setPinned(const std::vector<std::size_t>& points) {
    m_plottable->setPinned(points);
    replotLater();
}

void ScatterPlot::setPrimary(std::optional<std::size_t> point) {
    m_plottable->setPrimary(point);
    replotLater();
}

std::optional<std::size_t> ScatterPlot::pointAt(const QPointF& position) const {
    return m_plottable->nearest(position, std::max(6.0, plotStyle().length(6)));
}

QPointF ScatterPlot::pixelOf(std::size_t point) const {
    return point < m_points->x.size() ? m_plottable->pixel(point) : QPointF();
}

std::function<QString()> ScatterPlot::csvLater() const {
    return [points = *m_points, x = titleOf(m_x), y = titleOf(m_y)] {
        CommaSeparated text;
        text.add(tr("example")).add(x).add(y).add(tr("set")).endLine();
        for (std::size_t i = 0; i < points.x.size(); ++i) {
            const PointSet set = points.setOf(i);
            text.add(static_cast<double>(i)).add(points.x[i]).add(points.y[i]);
            text.add(set == PointSet::Large     ? QStringLiteral("d_large")
                     : set == PointSet::Control ? QStringLiteral("d_ctrl")
                                                : QString());
            text.endLine();
        }
        return text.text();
    };
}

bool ScatterPlot::isEmpty() const {
    for (std::size_t i = 0; i < m_points->x.size(); ++i) {
        if (std::isfinite(m_points->x[i]) && std::isfinite(m_points->y[i]))
            return false;
    }
    return true;
}

void ScatterPlot::applyStyle(const PlotStyle& style) {
    QCustomPlot* canvas = plot();
    styleAxis(canvas->xAxis, style);
    styleAxis(canvas->yAxis, style);
    const int strip = static_cast<int>(style.length(34));
    m_top.rect->setMinimumSize(10, strip);
    m_top.rect->setMaximumSize(QWIDGETSIZE_MAX, strip);
    m_right.rect->setMinimumSize(strip, 10);
    m_right.rect->setMaximumSize(strip, QWIDGETSIZE_MAX);
    const int gap = static_cast<int>(style.length(3));
    m_top.rect->setMinimumMargins(QMargins(0, gap, 0, gap));
    m_right.rect->setMinimumMargins(QMargins(gap, 0, gap, 0));
    mainRect()->setMinimumMargins(QMargins(0, 0, 0, 0));
    const QColor colours[3] = {style.neutral, style.control, style.large};
    for (const Marginal* marginal : {&m_top, &m_right}) {
        for (int set = 0; set < 3; ++set) {
            QColor fill = colours[set];
            fill.setAlpha(set == 0 ? 50 : 150);
            marginal->graphs[set]->setPen(set == 0 ? QPen(style.axis, style.length(0.6))
                                                   : QPen(Qt::NoPen));
            marginal->graphs[set]->setBrush(fill);
        }
    }
    m_plottable->setStyle(style);
    std::vector<Swatch> swatches;
    // Points without sets are no examples: weights, for one.
    const bool hasSets = std::any_of(m_points->sets.begin(), m_points->sets.end(),
                                     [](PointSet set) { return set != PointSet::Other; });
    if (!isEmpty() && hasSets)
        swatches = {{tr("D_large"), {style.large}},
                    {tr("D_ctrl"), {style.control}},
                    {tr("other examples"), {style.neutral}}};
    m_legend->setSwatches(std::move(swatches));
    m_legend->setStyle(style);
    m_regression->setPen(QPen(style.text, style.length(1.2)));
    m_corner->setFont(style.font);
    m_corner->setColor(style.text);
    QColor ground = style.background;
    ground.setAlpha(205);
    m_corner->setBrush(ground);
    const int padding = static_cast<int>(style.length(3));
    m_corner->setPadding(QMargins(padding, padding, padding, padding));
}

void ScatterPlot::showAll() {
    bool found = false;
    const QCPRange x = m_plottable->getKeyRange(found, QCP::sdBoth);
    if (!found)
        return;
    widen(plot()->xAxis, x);
    widen(plot()->yAxis, m_plottable->getValueRange(found, QCP::sdBoth, QCPRange()));
}

QString ScatterPlot::hoverText(const QPointF& position) {
    const auto point = pointAt(position);
    if (!point)
        return tr("%1 %2, %3 %4")
            .arg(titleOf(m_x), formatNumber(plot()->xAxis->pixelToCoord(position.x())),
                 titleOf(m_y), formatNumber(plot()->yAxis->pixelToCoord(position.y())));
    const PointSet set = m_points->setOf(*point);
    const QString member = set == PointSet::Large     ? tr(" (D_large)")
                           : set == PointSet::Control ? tr(" (D_ctrl)")
                                                      : QString();
    return tr("Example %1%2: %3 = %4, %5 = %6")
        .arg(*point)
        .arg(member, titleOf(m_x), formatNumber(m_points->x[*point], 4), titleOf(m_y),
             formatNumber(m_points->y[*point], 4));
}

void ScatterPlot::clicked(const QPointF& position, Qt::KeyboardModifiers modifiers) {
    if (const auto point = pointAt(position))
        Q_EMIT pointClicked(*point, modifiers);
    else if (dragMode() != DragMode::Zoom)
        Q_EMIT pointsSelected({});
}

void ScatterPlot::areaSelected(const std::vector<QPointF>& outline,
                               Qt::KeyboardModifiers modifiers) {
    QPolygonF polygon(QList<QPointF>(outline.begin(), outline.end()));
    if (dragMode() == DragMode::SelectRectangle)
        polygon = QPolygonF(QRectF(outline.front(), outline.back()).normalized());
    std::vector<std::size_t> points = m_plottable->inside(polygon);
    if (modifiers.testFlag(Qt::ControlModifier))
        points.insert(points.end(), m_selected.begin(), m_selected.end());
    Q_EMIT pointsSelected(points);
}

void ScatterPlot::addMenuEntries(QMenu& menu) {
    auto* group = new QActionGroup(&menu);
    const auto add = [&](const QString& name, DragMode mode) {
        QAction* action = menu.addAction(name, this, [this, mode] { setDragMode(mode); });
        action->setCheckable(true);
        action->setChecked(dragMode() == mode);
        group->addAction(action);
    };
    add(tr("Drag zooms"), DragMode::Zoom);
    add(tr("Drag selects a rectangle"), DragMode::SelectRectangle);
    add(tr("Drag selects with a lasso"), DragMode::SelectLasso);
}

} // namespace quantscope
