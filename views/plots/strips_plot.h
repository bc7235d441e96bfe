#pragma once

#include "core/data/pages/strips.h"
#include "views/plots/lane_styles.h"
#include "views/plots/plot_widget.h"

#include <optional>

class QCPItemStraightLine;

namespace quantscope {

class CategoryTicker;
class StripsPlottable;

/// Single values by kind, a row each under the heading of its group: what differs between draws
/// beside what differs between sources.
class StripsPlot : public PlotWidget {
    Q_OBJECT

public:
    explicit StripsPlot(QWidget* parent = nullptr);
    ~StripsPlot() override;

    void setFigure(const StripsFigure& figure);
    const StripsFigure& figure() const { return m_figure; }
    void setLaneStyles(const LaneStyles& styles);
    /// Draws a reference line, e.g. at 1.
    void setReference(std::optional<double> value);

    /// Rows that it has, those of headings among them: what its height is chosen by.
    static std::size_t rowsOf(const StripsFigure& figure);
    std::size_t rows() const { return rowsOf(m_figure); }

    QString csv() const override;
    bool isEmpty() const override;

protected:
    void applyStyle(const PlotStyle& style) override;
    void showAll() override;
    QString hoverText(const QPointF& position) override;

private:
    StripsFigure m_figure;
    LaneStyles m_laneStyles;
    std::optional<double> m_reference;
    StripsPlottable* m_strips = nullptr;
    CategoryTicker* m_ticker = nullptr; ///< owned by the axis
    QCPItemStraightLine* m_referenceLine = nullptr;
};

} // namespace quantscope
