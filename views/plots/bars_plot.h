#pragma once

#include "core/data/pages/bars.h"
#include "views/plots/rows_plot.h"

#include <optional>
#include <utility>
#include <vector>

namespace quantscope {

class BarsPlottable;
class SwatchLegend;

/// Horizontal bars from zero in named groups, with whiskers for intervals.
class BarsPlot : public RowsPlot {
    Q_OBJECT

public:
    explicit BarsPlot(QWidget* parent = nullptr);
    ~BarsPlot() override;

    void setFigure(const BarsFigure& figure);
    const BarsFigure& figure() const { return m_figure; }

    std::function<QString()> csvLater() const override;
    bool isEmpty() const override;

    /// Group and bar under a place of the plot in pixels.
    std::optional<std::pair<std::size_t, std::size_t>> barAt(const QPointF& position) const;

Q_SIGNALS:
    void barClicked(std::size_t group, std::size_t bar);

protected:
    void applyStyle(const PlotStyle& style) override;
    void showAll() override;
    QString hoverText(const QPointF& position) override;
    void clicked(const QPointF& position, Qt::KeyboardModifiers modifiers) override;

private:
    BarsFigure m_figure;
    BarsPlottable* m_bars = nullptr;
    SwatchLegend* m_legend = nullptr;
};

} // namespace quantscope
