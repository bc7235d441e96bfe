#pragma once

#include "core/data/pages/column_groups.h"
#include "views/plots/colour_scale.h"
#include "views/plots/plot_widget.h"

#include <memory>
#include <optional>

class QCPColorScale;
class QCPItemRect;
class QCPItemStraightLine;

namespace quantscope {

class CategoryTicker;
class CellsPlottable;
class ColumnBrackets;

/// A matrix as a map of colours, with a bar that says what they mean. Groups of columns have
/// brackets above them.
class HeatmapPlot : public PlotWidget {
    Q_OBJECT

public:
    explicit HeatmapPlot(QWidget* parent = nullptr);
    ~HeatmapPlot() override;

    /// A matrix with diverging values gets the centred map and symmetric limits.
    void setMatrix(std::shared_ptr<const Matrix> matrix, ColumnGroups groups = {});
    const Matrix* matrix() const { return m_matrix.get(); }
    const ColumnGroups& columnGroups() const { return m_groups; }
    /// What is said of a column besides its value when it is hovered; of the matrix set last.
    void setColumnNotes(std::vector<QString> notes) { m_columnNotes = std::move(notes); }

    void setColourMap(ColourMap map);
    ColourMap colourMap() const { return m_map; }
    void setScaleKind(ScaleKind kind);
    ScaleKind scaleKind() const { return m_kind; }
    void setPercentileLimits(PercentileLimits limits);
    /// Limits given outright; the percentiles no longer count.
    void setLimits(double lower, double upper);
    const ColourScale& colourScale() const { return m_scale; }

    /// Row 0 at the bottom (layers) or at the top (tables).
    void setRowsUpward(bool upward);
    /// Writes the numbers into the cells; as coefficients they have two decimals.
    void setNumbersShown(bool shown, bool coefficients = false);
    void setColourBarVisible(bool visible);
    /// Frames a column or row, e.g. the selected example or layer.
    void setMarkedColumn(std::optional<std::size_t> column);
    void setMarkedRow(std::optional<std::size_t> row);

    QVariantMap viewState() const override;
    void restoreView(const QVariantMap& state) override;

    std::function<QString()> csvLater() const override;
    bool isEmpty() const override;

    /// The cell under a place of the plot in pixels; for tests and hovering.
    std::optional<std::pair<std::size_t, std::size_t>> cellAt(const QPointF& position) const;

Q_SIGNALS:
    void cellHovered(std::size_t row, std::size_t column, double value);
    void cellClicked(std::size_t row, std::size_t column, Qt::KeyboardModifiers modifiers);

protected:
    void applyStyle(const PlotStyle& style) override;
    void showAll() override;
    QString hoverText(const QPointF& position) override;
    void clicked(const QPointF& position, Qt::KeyboardModifiers modifiers) override;
    void left() override;
    void limitView() override;
    void addMenuEntries(QMenu& menu) override;
    void layoutKnown() override;

private:
    void rescale();
    void chooseColumnLabels();
    void showMarks();
    void makeRoomAbove();

    std::shared_ptr<const Matrix> m_matrix;
    ColumnGroups m_groups;
    std::vector<QString> m_columnNotes;
    ColourMap m_map = ColourMap::Viridis;
    ScaleKind m_kind = ScaleKind::Linear;
    PercentileLimits m_percentiles;
    std::optional<std::pair<double, double>> m_limits;
    ColourScale m_scale;
    std::optional<std::size_t> m_markedColumn;
    std::optional<std::size_t> m_markedRow;
    CellsPlottable* m_cells = nullptr;
    ColumnBrackets* m_brackets = nullptr; ///< owned by the canvas
    QCPColorScale* m_bar = nullptr;
    QCPItemRect* m_cursor = nullptr;
    QCPItemStraightLine* m_cursorColumn = nullptr;
    QCPItemStraightLine* m_cursorRow = nullptr;
    QCPItemRect* m_columnMark = nullptr;
    QCPItemRect* m_rowMark = nullptr;
    CategoryTicker* m_columnTicker = nullptr; ///< owned by the axis
    CategoryTicker* m_rowTicker = nullptr;
};

/// A matrix of coefficients between the same things on both axes, with the numbers in the cells.
class MatrixPlot : public HeatmapPlot {
    Q_OBJECT

public:
    explicit MatrixPlot(QWidget* parent = nullptr);
};

} // namespace quantscope
