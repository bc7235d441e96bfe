#pragma once

#include "core/data/pages/strips.h"
#include "views/plots/rows_plot.h"

namespace quantscope {

class StripsPlottable;

/// Single values by kind, a row each under the heading of its group: what differs between draws
/// beside what differs between sources.
class StripsPlot : public RowsPlot {
    Q_OBJECT

public:
    explicit StripsPlot(QWidget* parent = nullptr);
    ~StripsPlot() override;

    void setFigure(const StripsFigure& figure);
    const StripsFigure& figure() const { return m_figure; }

    /// Rows that it has, those of headings among them: what its height is chosen by.
    static std::size_t rowsOf(const StripsFigure& figure);
    std::size_t rows() const { return rowsOf(m_figure); }

    std::function<QString()> csvLater() const override;
    bool isEmpty() const override;

protected:
    void applyStyle(const PlotStyle& style) override;
    void showAll() override;
    QString hoverText(const QPointF& position) override;

private:
    StripsFigure m_figure;
    StripsPlottable* m_strips = nullptr;
};

} // namespace quantscope
