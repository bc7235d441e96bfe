#pragma once

#include "core/data/pages/bars.h"
#include "views/plots/lane_styles.h"
#include "views/plots/plot_widget.h"

#include <optional>
#include <utility>
#include <vector>

class QCPItemStraightLine;

namespace quantscope {

class BarsPlottable;
class CategoryTicker;
class SwatchLegend;

/// Horizontal bars from zero in named groups, with whiskers for intervals.
class BarsPlot : public PlotWidget {
    Q_OBJECT

public:
    explicit BarsPlot(QWidget* parent = nullptr);
    ~BarsPlot() override;

    void setFigure(const BarsFigure& figure);
    const BarsFigure& figure() const { return m_figure; }
    void setLaneStyles(const LaneStyles& styles);
    /// Draws a reference line, e.g. at 1 for all of the damage recovered.
    void setReference(std::optional<double> value);

    QString csv() const override;
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
    LaneStyles m_laneStyles;
    std::optional<double> m_reference;
    BarsPlottable* m_bars = nullptr;
    CategoryTicker* m_ticker = nullptr; ///< owned by the axis
    QCPItemStraightLine* m_referenceLine = nullptr;
    SwatchLegend* m_legend = nullptr;
};

} // namespace quantscope
