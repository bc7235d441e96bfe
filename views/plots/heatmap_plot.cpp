#include "views/plots/heatmap_plot.h"

#include "views/plots/axis_tickers.h"
#include "views/plots/cells_plottable.h"
#include "views/plots/column_brackets.h"
#include "views/plots/comma_separated.h"

#include <QActionGroup>
#include <QMenu>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

std::vector<QString> toStrings(const std::vector<std::string>& texts) {
    std::vector<QString> result;
    result.reserve(texts.size());
    for (const std::string& text : texts) {
        // Line breaks and tabs of tokens would tear an axis apart.
        QString label = QString::fromStdString(text);
        label.replace(QLatin1Char('\n'), QStringLiteral("↵"))
            .replace(QLatin1Char('\t'), QStringLiteral("⇥"));
        // Methods differ in their first and last letters.
        if (label.size() > 22)
            label = label.left(11) + QStringLiteral("…") + label.right(10);
        result.push_back(label);
    }
    return result;
}

QString labelOf(const std::vector<std::string>& labels, std::size_t index) {
    return index < labels.size() ? QString::fromStdString(labels[index]) : QString::number(index);
}

/// The group that each column is in; nothing without groups.
std::vector<QString> groupNames(const ColumnGroups& groups) {
    std::vector<QString> names;
    for (const ColumnGroup& group : groups.groups) {
        names.resize(group.first);
        names.resize(group.first + group.count, QString::fromStdString(group.name));
    }
    return names;
}

QCPItemStraightLine* addLine(QCustomPlot* plot) {
    auto* line = new QCPItemStraightLine(plot);
    line->setLayer(QStringLiteral("overlay"));
    line->setVisible(false);
    return line;
}

QCPItemRect* addRect(QCustomPlot* plot, const QString& layer) {
    auto* rect = new QCPItemRect(plot);
    rect->setLayer(layer);
    rect->setVisible(false);
    rect->setBrush(Qt::NoBrush);
    return rect;
}

} // namespace

HeatmapPlot::HeatmapPlot(QWidget* parent) : PlotWidget(parent) {
    QCustomPlot* canvas = plot();
    canvas->addLayer(QStringLiteral("marks"), canvas->layer(QStringLiteral("axes")));
    m_cells = new CellsPlottable(canvas->xAxis, canvas->yAxis);
    m_brackets = new ColumnBrackets(canvas->xAxis);
    m_brackets->setLayer(QStringLiteral("marks"));
    m_bar = new QCPColorScale(canvas);
    canvas->plotLayout()->addElement(0, 1, m_bar);
    m_bar->setType(QCPAxis::atRight);
    auto* group = new QCPMarginGroup(canvas);
    mainRect()->setMarginGroup(QCP::msTop | QCP::msBottom, group);
    m_bar->setMarginGroup(QCP::msTop | QCP::msBottom, group);
    const QSharedPointer<CategoryTicker> columns(new CategoryTicker(canvas->xAxis));
    const QSharedPointer<CategoryTicker> rows(new CategoryTicker(canvas->yAxis));
    m_columnTicker = columns.data();
    m_rowTicker = rows.data();
    canvas->xAxis->setTicker(columns);
    canvas->yAxis->setTicker(rows);
    canvas->xAxis->grid()->setVisible(false);
    canvas->yAxis->grid()->setVisible(false);
    m_columnMark = addRect(canvas, QStringLiteral("marks"));
    m_rowMark = addRect(canvas, QStringLiteral("marks"));
    m_cursorColumn = addLine(canvas);
    m_cursorRow = addLine(canvas);
    m_cursor = addRect(canvas, QStringLiteral("overlay"));
    applyStyle(plotStyle());
    valuesChanged();
}

HeatmapPlot::~HeatmapPlot() = default;

void HeatmapPlot::setMatrix(std::shared_ptr<const Matrix> matrix, ColumnGroups groups) {
    const bool sameShape = m_matrix && matrix && m_matrix->rows == matrix->rows &&
                           m_matrix->columns == matrix->columns;
    const bool wasDiverging = m_matrix && m_matrix->diverging;
    m_matrix = std::move(matrix);
    if (m_matrix && m_matrix->values.size() != m_matrix->rows * m_matrix->columns)
        m_matrix.reset();
    if (m_matrix && m_matrix->diverging) {
        m_map = ColourMap::Diverging;
        m_kind = ScaleKind::Symmetric;
    } else if (wasDiverging) {
        m_map = ColourMap::Viridis;
        m_kind = ScaleKind::Linear;
    }
    m_cells->setMatrix(m_matrix);
    m_markedColumn.reset();
    m_markedRow.reset();
    if (m_matrix) {
        m_columnTicker->setCategories(m_matrix->columns, toStrings(m_matrix->columnLabels));
        m_rowTicker->setCategories(m_matrix->rows, toStrings(m_matrix->rowLabels));
        setAxisTitle(plot()->xAxis, QString::fromStdString(m_matrix->columnTitle));
        setAxisTitle(plot()->yAxis, QString::fromStdString(m_matrix->rowTitle));
        setAxisTitle(m_bar->axis(), QString::fromStdString(m_matrix->valueTitle));
    }
    m_groups = m_matrix ? std::move(groups) : ColumnGroups();
    m_brackets->setGroups(m_groups.groups);
    m_columnNotes.clear();
    makeRoomAbove();
    rescale();
    left();
    valuesChanged();
    m_bar->setVisible(!isEmpty());
    if (!sameShape)
        showAll();
    showMarks();
}

void HeatmapPlot::setColourMap(ColourMap map) {
    m_map = map;
    rescale();
}

void HeatmapPlot::setScaleKind(ScaleKind kind) {
    m_kind = kind;
    rescale();
}

void HeatmapPlot::setPercentileLimits(PercentileLimits limits) {
    m_percentiles = limits;
    m_limits.reset();
    rescale();
}

void HeatmapPlot::setLimits(double lower, double upper) {
    m_limits = {lower, upper};
    rescale();
}

QVariantMap HeatmapPlot::viewState() const {
    QVariantMap state = PlotWidget::viewState();
    state[QStringLiteral("colours")] = static_cast<int>(m_map);
    state[QStringLiteral("scale")] = static_cast<int>(m_kind);
    state[QStringLiteral("percentiles")] = QVariantList{m_percentiles.low, m_percentiles.high};
    if (m_limits)
        state[QStringLiteral("limits")] = QVariantList{m_limits->first, m_limits->second};
    state[QStringLiteral("upward")] = !plot()->yAxis->rangeReversed();
    return state;
}

void HeatmapPlot::restoreView(const QVariantMap& state) {
    const auto choice = [&](const char* name, int count, int current) {
        const int value = state.value(QString::fromLatin1(name), current).toInt();
        return value >= 0 && value < count ? value : current;
    };
    const auto pair = [&](const char* name) { return state[QString::fromLatin1(name)].toList(); };
    m_map = static_cast<ColourMap>(
        choice("colours", static_cast<int>(allColourMaps.size()), static_cast<int>(m_map)));
    m_kind = static_cast<ScaleKind>(choice("scale", 3, static_cast<int>(m_kind)));
    if (const QVariantList percentiles = pair("percentiles"); percentiles.size() == 2) {
        const PercentileLimits limits{percentiles[0].toDouble(), percentiles[1].toDouble()};
        if (limits.low >= 0 && limits.low < limits.high && limits.high <= 100)
            m_percentiles = limits;
    }
    m_limits.reset();
    if (const QVariantList limits = pair("limits"); limits.size() == 2)
        m_limits = {limits[0].toDouble(), limits[1].toDouble()};
    if (state.contains(QStringLiteral("upward")))
        setRowsUpward(state[QStringLiteral("upward")].toBool());
    rescale();
    PlotWidget::restoreView(state);
}

void HeatmapPlot::rescale() {
    if (m_limits)
        m_scale = ColourScale(m_kind, m_limits->first, m_limits->second);
    else if (m_matrix)
        m_scale = ColourScale::fitted(m_kind, m_matrix->values, m_percentiles);
    m_cells->setColours(m_scale, m_map);
    QCPColorGradient gradient;
    gradient.clearColorStops();
    gradient.setLevelCount(256);
    const std::array<QRgb, 256>& table = colourTable(m_map);
    for (std::size_t i = 0; i < table.size(); i += 5)
        gradient.setColorStopAt(static_cast<double>(i) / 255.0, QColor(table[i]));
    m_bar->setGradient(gradient);
    const bool logarithmic = m_kind == ScaleKind::Logarithmic;
    m_bar->setDataScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (logarithmic)
        m_bar->axis()->setTicker(QSharedPointer<QCPAxisTicker>(new LogarithmTicker));
    else
        m_bar->axis()->setTicker(QSharedPointer<QCPAxisTicker>(new NumberTicker(m_bar->axis())));
    m_bar->setDataRange(QCPRange(m_scale.lower(), m_scale.upper()));
    replotLater();
}

void HeatmapPlot::setRowsUpward(bool upward) {
    plot()->yAxis->setRangeReversed(!upward);
    replotLater();
}

void HeatmapPlot::setNumbersShown(bool shown, bool coefficients) {
    m_cells->setNumbersShown(shown);
    m_cells->setCoefficients(coefficients);
    replotLater();
}

void HeatmapPlot::setColourBarVisible(bool visible) {
    QCPLayoutGrid* grid = plot()->plotLayout();
    if (!visible && m_bar->layout()) {
        grid->take(m_bar);
        grid->simplify();
        m_bar->setVisible(false);
    }
}

void HeatmapPlot::setMarkedColumn(std::optional<std::size_t> column) {
    m_markedColumn = column;
    showMarks();
}

void HeatmapPlot::setMarkedRow(std::optional<std::size_t> row) {
    m_markedRow = row;
    showMarks();
}

void HeatmapPlot::showMarks() {
    const bool column = m_matrix && m_markedColumn && *m_markedColumn < m_matrix->columns;
    const bool row = m_matrix && m_markedRow && *m_markedRow < m_matrix->rows;
    m_columnMark->setVisible(column);
    m_rowMark->setVisible(row);
    if (column) {
        const auto place = static_cast<double>(*m_markedColumn);
        m_columnMark->topLeft->setCoords(place - 0.5, static_cast<double>(m_matrix->rows) - 0.5);
        m_columnMark->bottomRight->setCoords(place + 0.5, -0.5);
    }
    if (row) {
        const auto place = static_cast<double>(*m_markedRow);
        m_rowMark->topLeft->setCoords(-0.5, place + 0.5);
        m_rowMark->bottomRight->setCoords(static_cast<double>(m_matrix->columns) - 0.5,
                                          place - 0.5);
    }
    replotLater();
}

std::function<QString()> HeatmapPlot::csvLater() const {
    return [matrix = m_matrix, groups = groupNames(m_groups), groupTitle = m_groups.title]() -> QString {
        if (!matrix)
            return {};
        CommaSeparated text;
        text.add(QString::fromStdString(matrix->rowTitle))
            .add(QString::fromStdString(matrix->columnTitle));
        text.add(QString::fromStdString(matrix->valueTitle));
        if (!groups.empty())
            text.add(QString::fromStdString(groupTitle));
        text.endLine();
        for (std::size_t row = 0; row < matrix->rows; ++row) {
            for (std::size_t column = 0; column < matrix->columns; ++column) {
                text.add(labelOf(matrix->rowLabels, row))
                    .add(labelOf(matrix->columnLabels, column));
                text.add(static_cast<double>(matrix->at(row, column)));
                if (!groups.empty())
                    text.add(column < groups.size() ? groups[column] : QString());
                text.endLine();
            }
        }
        return text.text();
    };
}

bool HeatmapPlot::isEmpty() const { return !m_matrix || m_matrix->values.empty(); }

std::optional<std::pair<std::size_t, std::size_t>>
HeatmapPlot::cellAt(const QPointF& position) const {
    if (isEmpty() || !mainRect()->rect().contains(position.toPoint()))
        return std::nullopt;
    const double column = std::floor(plot()->xAxis->pixelToCoord(position.x()) + 0.5);
    const double row = std::floor(plot()->yAxis->pixelToCoord(position.y()) + 0.5);
    if (column < 0 || row < 0 || column >= static_cast<double>(m_matrix->columns) ||
        row >= static_cast<double>(m_matrix->rows))
        return std::nullopt;
    return std::pair(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
}

void HeatmapPlot::applyStyle(const PlotStyle& style) {
    QCustomPlot* canvas = plot();
    styleAxis(canvas->xAxis, style);
    styleAxis(canvas->yAxis, style);
    styleAxis(m_bar->axis(), style);
    for (QCPAxis* axis : m_bar->axis()->axisRect()->axes()) {
        axis->setBasePen(QPen(style.axis, style.length(0.8)));
        if (axis != m_bar->axis())
            axis->setTicks(false);
    }
    for (QCPAxis* axis : {canvas->xAxis2, canvas->yAxis2}) {
        axis->setVisible(true);
        axis->setTicks(false);
        axis->setTickLabels(false);
        axis->setBasePen(QPen(style.axis, style.length(0.8)));
    }
    m_bar->setBarWidth(static_cast<int>(style.length(10)));
    canvas->plotLayout()->setColumnSpacing(static_cast<int>(style.length(8)));
    m_brackets->setStyle(style);
    makeRoomAbove();
    m_cells->setStyle(style);
    const QPen cursor(style.dark ? QColor(255, 255, 255, 150) : QColor(0, 0, 0, 120), 1);
    m_cursorColumn->setPen(cursor);
    m_cursorRow->setPen(cursor);
    m_cursor->setPen(QPen(QColor(255, 255, 255), 1.5));
    const QPen mark(QColor(0xFF, 0x2D, 0x95), style.length(1));
    m_columnMark->setPen(mark);
    m_rowMark->setPen(mark);
}

void HeatmapPlot::showAll() {
    if (isEmpty())
        return;
    plot()->xAxis->setRange(-0.5, static_cast<double>(m_matrix->columns) - 0.5);
    plot()->yAxis->setRange(-0.5, static_cast<double>(m_matrix->rows) - 0.5);
}

void HeatmapPlot::limitView() {
    if (isEmpty())
        return;
    const auto limit = [](QCPAxis* axis, double count) {
        QCPRange range = axis->range();
        const double size = std::clamp(range.size(), std::min(2.0, count), count);
        const double centre = std::clamp(range.center(), -0.5 + size / 2, count - 0.5 - size / 2);
        axis->setRange(centre - size / 2, centre + size / 2);
    };
    limit(plot()->xAxis, static_cast<double>(m_matrix->columns));
    limit(plot()->yAxis, static_cast<double>(m_matrix->rows));
}

/// Names stand upright where they fit side by side, slanted where only their height does, and give
/// way to numbers where not even that.
void HeatmapPlot::chooseColumnLabels() {
    QCPAxis* axis = plot()->xAxis;
    double rotation = 0;
    bool names = true;
    const std::size_t labels = m_columnTicker->labels().size();
    if (labels > 0 && !m_columnTicker->isNumbered() && axis->range().size() > 0) {
        const QFontMetricsF metrics(axis->tickLabelFont());
        const double perColumn = mainRect()->width() / axis->range().size();
        m_columnTicker->setLabelsShown(true);
        const double widest = m_columnTicker->widestLabel(
            0, static_cast<int>(std::min<std::size_t>(labels, 4000)) - 1);
        if (widest + metrics.averageCharWidth() > perColumn) {
            names = metrics.height() * 1.05 <= perColumn;
            rotation = names ? 50 : 0;
        }
    }
    m_columnTicker->setLabelsShown(names);
    axis->setTickLabelRotation(rotation);
}

QString HeatmapPlot::hoverText(const QPointF& position) {
    const auto cell = cellAt(position);
    if (!cell) {
        left();
        return {};
    }
    const auto [row, column] = *cell;
    const double value = m_matrix->at(row, column);
    const auto x = static_cast<double>(column);
    const auto y = static_cast<double>(row);
    m_cursorColumn->point1->setCoords(x, y);
    m_cursorColumn->point2->setCoords(x, y + 1);
    m_cursorRow->point1->setCoords(x, y);
    m_cursorRow->point2->setCoords(x + 1, y);
    m_cursor->topLeft->setCoords(x - 0.5, y + 0.5);
    m_cursor->bottomRight->setCoords(x + 0.5, y - 0.5);
    for (QCPAbstractItem* item :
         {static_cast<QCPAbstractItem*>(m_cursor), static_cast<QCPAbstractItem*>(m_cursorColumn),
          static_cast<QCPAbstractItem*>(m_cursorRow)})
        item->setVisible(true);
    replotOverlay();
    Q_EMIT cellHovered(row, column, value);
    QString text =
        tr("%1 %2, %3 %4: %5 = %6")
            .arg(QString::fromStdString(m_matrix->rowTitle), labelOf(m_matrix->rowLabels, row),
                 QString::fromStdString(m_matrix->columnTitle),
                 labelOf(m_matrix->columnLabels, column),
                 QString::fromStdString(m_matrix->valueTitle),
                 std::isnan(value) ? tr("not measured") : formatNumber(value, 4));
    for (const ColumnGroup& group : m_groups.groups)
        if (group.has(column))
            text = tr("%1; group %2").arg(text, QString::fromStdString(group.name));
    if (column < m_columnNotes.size() && !m_columnNotes[column].isEmpty())
        text += QStringLiteral("; ") + m_columnNotes[column];
    return text;
}

void HeatmapPlot::clicked(const QPointF& position, Qt::KeyboardModifiers modifiers) {
    if (const auto cell = cellAt(position))
        Q_EMIT cellClicked(cell->first, cell->second, modifiers);
}

void HeatmapPlot::left() {
    m_cursor->setVisible(false);
    m_cursorColumn->setVisible(false);
    m_cursorRow->setVisible(false);
    replotOverlay();
}

void HeatmapPlot::layoutKnown() { chooseColumnLabels(); }

/// For the brackets, or for half a label of the topmost row.
void HeatmapPlot::makeRoomAbove() {
    const int least = static_cast<int>(plotStyle().length(6));
    mainRect()->setMinimumMargins(QMargins(0, std::max(least, m_brackets->height()), 0, 0));
    QMargins beside = m_bar->margins(); // the bar's own never shrink by themselves
    beside.setTop(0);
    m_bar->setMargins(beside);
}

void HeatmapPlot::addMenuEntries(QMenu& menu) {
    QMenu* maps = menu.addMenu(tr("Colours"));
    auto* mapGroup = new QActionGroup(maps);
    for (const ColourMap map : allColourMaps) {
        QAction* action =
            maps->addAction(colourMapName(map), this, [this, map] { setColourMap(map); });
        action->setCheckable(true);
        action->setChecked(map == m_map);
        mapGroup->addAction(action);
    }
    QMenu* kinds = menu.addMenu(tr("Colour scale"));
    auto* kindGroup = new QActionGroup(kinds);
    const std::array<std::pair<ScaleKind, QString>, 3> names = {
        std::pair(ScaleKind::Linear, tr("Linear")),
        std::pair(ScaleKind::Logarithmic, tr("Logarithmic")),
        std::pair(ScaleKind::Symmetric, tr("Symmetric about zero"))};
    for (const auto& [kind, name] : names) {
        QAction* action = kinds->addAction(name, this, [this, kind = kind] { setScaleKind(kind); });
        action->setCheckable(true);
        action->setChecked(kind == m_kind);
        kindGroup->addAction(action);
    }
    QMenu* limits = menu.addMenu(tr("Colour limits"));
    auto* limitGroup = new QActionGroup(limits);
    for (const PercentileLimits percent :
         {PercentileLimits{0, 100}, PercentileLimits{1, 99}, PercentileLimits{5, 95}}) {
        const QString name = percent.low == 0
                                 ? tr("Minimum to maximum")
                                 : tr("Percentiles %1 to %2").arg(percent.low).arg(percent.high);
        QAction* action =
            limits->addAction(name, this, [this, percent] { setPercentileLimits(percent); });
        action->setCheckable(true);
        action->setChecked(!m_limits && percent == m_percentiles);
        limitGroup->addAction(action);
    }
    QAction* upward = menu.addAction(tr("First row at the bottom"), this,
                                     [this](bool checked) { setRowsUpward(checked); });
    upward->setCheckable(true);
    upward->setChecked(!plot()->yAxis->rangeReversed());
}

MatrixPlot::MatrixPlot(QWidget* parent) : HeatmapPlot(parent) {
    setRowsUpward(false);
    setNumbersShown(true, true);
}

} // namespace quantscope
