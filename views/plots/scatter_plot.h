#pragma once

#include "core/data/pages/errors.h"
#include "views/plots/plot_widget.h"

#include <memory>
#include <optional>
#include <vector>

class QCPAxisRect;
class QCPGraph;
class QCPItemStraightLine;
class QCPItemText;

namespace quantscope {

class PointsPlottable;
class SwatchLegend;
struct PointValues;

/// Examples by two of their quantities: points, regression, coefficients, marginal histograms.
class ScatterPlot : public PlotWidget {
    Q_OBJECT

public:
    explicit ScatterPlot(QWidget* parent = nullptr);
    ~ScatterPlot() override;

    /// Points are examples by index. `large` and `control` are those of D_large and D_ctrl.
    void setValues(const ExampleColumn& x, const ExampleColumn& y,
                   const std::vector<std::size_t>& large, const std::vector<std::size_t>& control);
    void clear();
    /// Null: not computed yet, and neither line nor coefficients are drawn.
    void setStatistics(const std::optional<ScatterStatistics>& statistics);
    const ExampleColumn& x() const { return m_x; }
    const ExampleColumn& y() const { return m_y; }
    const std::optional<ScatterStatistics>& statistics() const { return m_statistics; }
    void setSelected(const std::vector<std::size_t>& points);
    void setPinned(const std::vector<std::size_t>& points);
    void setPrimary(std::optional<std::size_t> point);

    /// The point under a place of the plot in pixels.
    std::optional<std::size_t> pointAt(const QPointF& position) const;
    /// Where a point lies in the plot, in pixels.
    QPointF pixelOf(std::size_t point) const;

    std::function<QString()> csvLater() const override;
    bool isEmpty() const override;

Q_SIGNALS:
    void pointClicked(std::size_t point, Qt::KeyboardModifiers modifiers);
    /// A rectangle or lasso was drawn; with Ctrl it adds to what was selected before.
    void pointsSelected(const std::vector<std::size_t>& points);

protected:
    void applyStyle(const PlotStyle& style) override;
    void showAll() override;
    QString hoverText(const QPointF& position) override;
    void clicked(const QPointF& position, Qt::KeyboardModifiers modifiers) override;
    void areaSelected(const std::vector<QPointF>& outline,
                      Qt::KeyboardModifiers modifiers) override;
    void addMenuEntries(QMenu& menu) override;

private:
    struct Marginal {
        QCPAxisRect* rect = nullptr;
        QCPGraph* graphs[3] = {nullptr, nullptr, nullptr}; ///< all, D_ctrl, D_large
    };

    void addMarginals();
    void fillMarginal(Marginal& marginal, const std::vector<double>& values);
    void showStatistics();

    std::shared_ptr<PointValues> m_points;
    ExampleColumn m_x;
    ExampleColumn m_y;
    std::vector<std::size_t> m_selected;
    std::optional<ScatterStatistics> m_statistics;
    PointsPlottable* m_plottable = nullptr;
    SwatchLegend* m_legend = nullptr;
    Marginal m_top;
    Marginal m_right;
    QCPItemStraightLine* m_regression = nullptr;
    QCPItemText* m_corner = nullptr;
};

} // namespace quantscope
