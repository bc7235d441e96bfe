#include "views/plots/lines_plot.h"

#include "core/data/noise_floor.h"
#include "views/plots/axis_tickers.h"
#include "views/plots/comma_separated.h"
#include "views/plots/line_labels.h"

#include <QMenu>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr double logarithmicFrom = 1e3; ///< ratio of largest to smallest value

QVector<double> toVector(const std::vector<double>& values) {
    return {values.begin(), values.end()};
}

bool wholeNumbers(const CurveFigure& figure) {
    bool any = false;
    for (const Curve& curve : figure.curves) {
        for (const double x : curve.x) {
            if (x < 0 || x > 1e6 || std::abs(x - std::round(x)) > 1e-9)
                return false;
            any = true;
        }
    }
    return any;
}

/// The range of all finite values, of positive ones only where asked; without noise floors where
/// there are other curves.
QCPRange extent(const CurveFigure& figure, bool ofX, bool positive) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    const auto isNoise = [](const Curve& curve) { return curve.role == noiseRole; };
    const bool all = std::all_of(figure.curves.begin(), figure.curves.end(), isNoise);
    const auto include = [&](const std::vector<double>& values) {
        for (const double value : values) {
            if (!std::isfinite(value) || (positive && value <= 0))
                continue;
            low = std::min(low, value);
            high = std::max(high, value);
        }
    };
    for (const Curve& curve : figure.curves) {
        if (!all && isNoise(curve))
            continue;
        include(ofX ? curve.x : curve.y);
        if (!ofX) {
            include(curve.low);
            include(curve.high);
        }
    }
    return low <= high ? QCPRange(low, high) : QCPRange(0, 1);
}

double lastFinite(const std::vector<double>& values) {
    for (auto value = values.rbegin(); value != values.rend(); ++value) {
        if (std::isfinite(*value))
            return *value;
    }
    return notMeasured;
}

/// A noise floor is drawn where it lies near the other curves. Often it is many decades below, and
/// an axis that reached it would press them into one line: then its label says where it is.
enum class NoisePlace { Shown, Below, Above };

NoisePlace noisePlace(const CurveFigure& figure, const Curve& noise, bool logarithmic) {
    const QCPRange others = extent(figure, false, logarithmic);
    constexpr double decade = 10;
    const double room = others.size() / 2;
    const double lowest = logarithmic ? others.lower / decade : others.lower - room;
    const double highest = logarithmic ? others.upper * decade : others.upper + room;
    const bool anyIn = std::any_of(noise.y.begin(), noise.y.end(), [&](double value) {
        return value >= lowest && value <= highest;
    });
    if (anyIn)
        return NoisePlace::Shown;
    return lastFinite(noise.y) > highest ? NoisePlace::Above : NoisePlace::Below;
}

/// The range of what is shown, noise floors that are near included.
QCPRange shownExtent(const CurveFigure& figure, bool logarithmic) {
    QCPRange range = extent(figure, false, logarithmic);
    for (const Curve& curve : figure.curves)
        if (curve.role == noiseRole && noisePlace(figure, curve, logarithmic) == NoisePlace::Shown)
            for (const double value : curve.y)
                if (std::isfinite(value) && (!logarithmic || value > 0))
                    range.expand(value);
    return range;
}

} // namespace

LinesPlot::LinesPlot(QWidget* parent) : PlotWidget(parent) {
    QCustomPlot* canvas = plot();
    m_labels = new LineLabels(canvas, mainRect(), canvas->yAxis);
    canvas->plotLayout()->addElement(0, 1, m_labels);
    canvas->plotLayout()->setColumnSpacing(0);
    for (QCPItemStraightLine** line : {&m_zero, &m_mark, &m_cursor}) {
        *line = new QCPItemStraightLine(canvas);
        (*line)->setVisible(false);
    }
    m_zero->setLayer(QStringLiteral("background"));
    m_zero->point1->setCoords(0, 0);
    m_zero->point2->setCoords(1, 0);
    m_mark->setLayer(QStringLiteral("background"));
    m_cursor->setLayer(QStringLiteral("overlay"));
    m_tracer = new QCPItemTracer(canvas);
    m_tracer->setLayer(QStringLiteral("overlay"));
    m_tracer->setStyle(QCPItemTracer::tsCircle);
    m_tracer->setVisible(false);
    chooseTickers();
    applyStyle(plotStyle());
    valuesChanged();
}

LinesPlot::~LinesPlot() = default;

void LinesPlot::setFigure(const CurveFigure& figure) {
    m_figure = figure;
    // Curves whose lengths differ cannot be drawn as meant.
    std::erase_if(m_figure.curves,
                  [](const Curve& curve) { return curve.x.size() != curve.y.size(); });
    setCaption(figure.caption);
    const QCPRange values = extent(m_figure, false, false);
    m_logarithmic = values.lower > 0 && values.upper / values.lower > logarithmicFrom;
    rebuild();
}

void LinesPlot::setLaneStyles(const LaneStyles& styles) {
    m_laneStyles = styles;
    applyStyle(plotStyle());
    replotLater();
}

void LinesPlot::setTickNames(const std::vector<std::string>& names) {
    m_tickNames = names;
    chooseTickers();
    replotLater();
}

void LinesPlot::setLogarithmic(bool logarithmic) {
    m_logarithmic = logarithmic;
    chooseTickers();
    applyStyle(plotStyle()); // labels say where noise floors are
    showAll();
    replotLater();
}

void LinesPlot::setFilled(bool filled) {
    m_filled = filled;
    applyStyle(plotStyle());
    replotLater();
}

void LinesPlot::setZeroLine(bool shown) {
    m_zeroLine = shown;
    m_zero->setVisible(shown && !isEmpty());
    replotLater();
}

void LinesPlot::setMarkedX(std::optional<double> x) {
    m_markedX = x;
    m_mark->setVisible(x.has_value() && !isEmpty());
    if (x) {
        m_mark->point1->setCoords(*x, 1);
        m_mark->point2->setCoords(*x, 2);
    }
    replotLater();
}

void LinesPlot::rebuild() {
    QCustomPlot* canvas = plot();
    left();
    canvas->clearGraphs();
    m_lines.clear();
    for (const Curve& curve : m_figure.curves) {
        Line line;
        const bool band = curve.low.size() == curve.x.size() &&
                          curve.high.size() == curve.x.size() && !curve.x.empty();
        if (band) {
            line.low = canvas->addGraph();
            line.low->setData(toVector(curve.x), toVector(curve.low), true);
            line.high = canvas->addGraph();
            line.high->setData(toVector(curve.x), toVector(curve.high), true);
            line.high->setChannelFillGraph(line.low);
        }
        m_lines.push_back(line);
    }
    for (std::size_t i = 0; i < m_lines.size(); ++i) { // After the bands, so that lines lie on top.
        m_lines[i].graph = canvas->addGraph();
        m_lines[i].graph->setData(toVector(m_figure.curves[i].x), toVector(m_figure.curves[i].y),
                                  true);
    }
    setAxisTitle(canvas->xAxis, QString::fromStdString(m_figure.xTitle));
    setAxisTitle(canvas->yAxis, QString::fromStdString(m_figure.yTitle));
    m_zero->setVisible(m_zeroLine && !isEmpty());
    m_mark->setVisible(m_markedX.has_value() && !isEmpty());
    chooseTickers();
    applyStyle(plotStyle());
    valuesChanged();
    m_labels->setVisible(!isEmpty());
    showAll();
}

void LinesPlot::chooseTickers() {
    QCustomPlot* canvas = plot();
    if (!m_tickNames.empty() || wholeNumbers(m_figure)) {
        const QSharedPointer<CategoryTicker> ticker(new CategoryTicker(canvas->xAxis));
        std::vector<QString> names;
        for (const std::string& name : m_tickNames)
            names.push_back(QString::fromStdString(name));
        const double last = extent(m_figure, true, false).upper;
        const std::size_t count = names.empty() ? static_cast<std::size_t>(last) + 1 : names.size();
        // Named ticks are those of half layers: every label of the same half is easier to read.
        ticker->setEvenSteps(!names.empty());
        ticker->setCategories(count, names);
        canvas->xAxis->setTicker(ticker);
    } else {
        canvas->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new NumberTicker(canvas->xAxis)));
    }
    canvas->yAxis->setScaleType(m_logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (m_logarithmic)
        canvas->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new LogarithmTicker));
    else
        canvas->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new NumberTicker(canvas->yAxis)));
}

void LinesPlot::applyStyle(const PlotStyle& style) {
    QCustomPlot* canvas = plot();
    styleAxis(canvas->xAxis, style);
    styleAxis(canvas->yAxis, style);
    canvas->xAxis->grid()->setVisible(false);
    canvas->yAxis->grid()->setVisible(true);
    const int gap = static_cast<int>(style.length(6));
    mainRect()->setMinimumMargins(QMargins(0, gap, m_figure.curves.size() > 1 ? 0 : gap * 2, 0));
    // Many bands on top of each other would hide the lines.
    const auto bands = std::count_if(m_lines.begin(), m_lines.end(),
                                     [](const Line& line) { return line.high != nullptr; });
    const double opacity =
        (style.dark ? 70 : 50) *
        std::min(1.0, 4.0 / static_cast<double>(std::max<std::ptrdiff_t>(bands, 1)));
    std::vector<LineLabel> labels;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const Curve& curve = m_figure.curves[i];
        const RoleStyle role = m_laneStyles.style(curve.role, style);
        QPen pen(role.colour, style.length(role.width), curve.dashed ? Qt::DashLine : role.line);
        pen.setCapStyle(Qt::FlatCap);
        pen.setJoinStyle(Qt::RoundJoin);
        m_lines[i].graph->setPen(pen);
        QColor fill = role.colour;
        fill.setAlpha(m_filled ? 60 : 0);
        m_lines[i].graph->setBrush(m_filled ? QBrush(fill) : QBrush(Qt::NoBrush));
        // A single point has no line: it is shown as a disc.
        m_lines[i].graph->setScatterStyle(
            curve.x.size() == 1 ? QCPScatterStyle(QCPScatterStyle::ssDisc, style.length(6))
                                : QCPScatterStyle(QCPScatterStyle::ssNone));
        if (m_lines[i].high) {
            fill.setAlpha(static_cast<int>(opacity));
            m_lines[i].high->setPen(Qt::NoPen);
            m_lines[i].low->setPen(Qt::NoPen);
            m_lines[i].high->setBrush(fill);
        }
        if (m_figure.curves.size() > 1)
            labels.push_back({labelOf(curve), pen, lastFinite(curve.y)});
    }
    m_labels->setLabels(std::move(labels));
    m_labels->setStyle(style);
    m_zero->setPen(QPen(style.axis, style.length(0.8)));
    m_mark->setPen(QPen(style.accent, style.length(1), Qt::DotLine));
    m_cursor->setPen(QPen(style.mutedText, style.length(0.8)));
    m_tracer->setPen(QPen(style.text, style.length(1.2)));
    m_tracer->setBrush(style.background);
    m_tracer->setSize(style.length(7));
}

QString LinesPlot::labelOf(const Curve& curve) const {
    const QString name = QString::fromStdString(curve.name);
    if (curve.role != noiseRole)
        return name;
    switch (noisePlace(m_figure, curve, m_logarithmic)) {
    case NoisePlace::Below:
        return tr("%1 ↓ %2").arg(name, formatNumber(lastFinite(curve.y), 1));
    case NoisePlace::Above:
        return tr("%1 ↑ %2").arg(name, formatNumber(lastFinite(curve.y), 1));
    case NoisePlace::Shown:
        break;
    }
    return name;
}

void LinesPlot::showAll() {
    if (isEmpty())
        return;
    QCPRange x = extent(m_figure, true, false);
    if (x.size() <= 0)
        x = QCPRange(x.lower - 0.5, x.upper + 0.5);
    // The disc of a single point at an end of the axis would be cut.
    const double besideDisc = x.size() * 0.02;
    for (const Curve& curve : m_figure.curves) {
        if (curve.x.size() == 1) {
            x.expand(curve.x.front() - besideDisc);
            x.expand(curve.x.front() + besideDisc);
        }
    }
    plot()->xAxis->setRange(x);
    QCPRange y = shownExtent(m_figure, m_logarithmic);
    if (m_logarithmic) {
        const double room = std::pow(std::max(y.upper / y.lower, 1.2), 0.05);
        plot()->yAxis->setRange(y.lower / room, y.upper * room);
        return;
    }
    if (m_zeroLine)
        y.expand(0.0);
    if (m_filled)
        y.lower = 0;
    double room = y.size() * 0.05;
    if (room <= 0)
        room = std::max(1e-12, std::abs(y.lower) * 0.1);
    plot()->yAxis->setRange(m_filled ? 0 : y.lower - room, y.upper + room);
}

std::function<QString()> LinesPlot::csvLater() const {
    return [figure = m_figure] {
        CommaSeparated text;
        text.add(tr("curve"));
        text.add(figure.xTitle.empty() ? QStringLiteral("x")
                                         : QString::fromStdString(figure.xTitle));
        text.add(figure.yTitle.empty() ? QStringLiteral("y")
                                         : QString::fromStdString(figure.yTitle));
        text.add(tr("low")).add(tr("high")).endLine();
        for (const Curve& curve : figure.curves) {
            for (std::size_t i = 0; i < curve.x.size(); ++i) {
                text.add(QString::fromStdString(curve.name)).add(curve.x[i]).add(curve.y[i]);
                text.add(i < curve.low.size() ? curve.low[i] : notMeasured);
                text.add(i < curve.high.size() ? curve.high[i] : notMeasured).endLine();
            }
        }
        return text.text();
    };
}

bool LinesPlot::isEmpty() const {
    return std::none_of(m_figure.curves.begin(), m_figure.curves.end(), [](const Curve& curve) {
        return std::any_of(curve.y.begin(), curve.y.end(),
                           [](double y) { return std::isfinite(y); });
    });
}

QString LinesPlot::hoverText(const QPointF& position) {
    QCustomPlot* canvas = plot();
    double nearest = std::numeric_limits<double>::infinity();
    const Curve* found = nullptr;
    std::size_t point = 0;
    for (const Curve& curve : m_figure.curves) {
        for (std::size_t i = 0; i < curve.x.size(); ++i) {
            if (!std::isfinite(curve.y[i]))
                continue;
            const double dx = canvas->xAxis->coordToPixel(curve.x[i]) - position.x();
            const double dy = canvas->yAxis->coordToPixel(curve.y[i]) - position.y();
            const double distance = dx * dx + 0.25 * dy * dy;
            if (distance < nearest) {
                nearest = distance;
                found = &curve;
                point = i;
            }
        }
    }
    if (!found) {
        left();
        return {};
    }
    m_cursor->point1->setCoords(found->x[point], 1);
    m_cursor->point2->setCoords(found->x[point], 2);
    m_cursor->setVisible(true);
    m_tracer->position->setCoords(found->x[point], found->y[point]);
    m_tracer->setVisible(true);
    replotOverlay();
    const auto index = static_cast<std::size_t>(std::max(0.0, found->x[point]));
    const QString x = index < m_tickNames.size() && wholeNumbers(m_figure)
                          ? QString::fromStdString(m_tickNames[index])
                          : formatNumber(found->x[point], 4);
    const double low = point < found->low.size() ? found->low[point] : notMeasured;
    const double high = point < found->high.size() ? found->high[point] : notMeasured;
    return tr("%1 — %2 %3: %4 %5")
        .arg(QString::fromStdString(found->name), QString::fromStdString(m_figure.xTitle), x,
             QString::fromStdString(m_figure.yTitle), formatInterval(found->y[point], low, high));
}

void LinesPlot::clicked(const QPointF& position, Qt::KeyboardModifiers) {
    if (!isEmpty())
        Q_EMIT xClicked(plot()->xAxis->pixelToCoord(position.x()));
}

void LinesPlot::left() {
    m_cursor->setVisible(false);
    m_tracer->setVisible(false);
    replotOverlay();
}

QVariantMap LinesPlot::viewState() const {
    QVariantMap state = PlotWidget::viewState();
    state[QStringLiteral("logarithmic")] = m_logarithmic;
    return state;
}

void LinesPlot::restoreView(const QVariantMap& state) {
    const bool logarithmic = state.value(QStringLiteral("logarithmic"), m_logarithmic).toBool();
    if (logarithmic != m_logarithmic)
        setLogarithmic(logarithmic); // shows all
    PlotWidget::restoreView(state);
}

void LinesPlot::addMenuEntries(QMenu& menu) {
    QAction* logarithmic =
        menu.addAction(tr("Logarithmic scale"), this, &LinesPlot::setLogarithmic);
    logarithmic->setCheckable(true);
    logarithmic->setChecked(m_logarithmic);
    logarithmic->setEnabled(extent(m_figure, false, false).lower > 0 || m_logarithmic);
}

} // namespace quantscope
