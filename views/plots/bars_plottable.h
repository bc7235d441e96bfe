#pragma once

#include "views/plots/bars_plot.h"

#include <qcustomplot.h>

namespace quantscope {

/// Draws groups of horizontal bars: group g takes the unit around y = g, its bars share it.
class BarsPlottable : public QCPAbstractPlottable {
public:
    BarsPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis);

    void setGroups(std::vector<BarGroup> groups) { m_groups = std::move(groups); }
    const std::vector<BarGroup>& groups() const { return m_groups; }
    void setStyle(const PlotStyle& style, const LaneStyles& lanes);

    /// Low and high end of a bar on the category axis.
    static QCPRange place(std::size_t group, std::size_t bar, std::size_t count);

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain domain) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain domain,
                           const QCPRange& keyRange) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

private:
    void drawBar(QCPPainter* painter, const Bar& bar, const QCPRange& where) const;

    std::vector<BarGroup> m_groups;
    PlotStyle m_style;
    LaneStyles m_lanes;
};

} // namespace quantscope
