#pragma once

#include "core/data/pages/strips.h"
#include "views/plots/lane_styles.h"

#include <qcustomplot.h>

#include <vector>

namespace quantscope {

/// Draws strips along the key axis, each in the unit around a whole number of the value axis. A
/// value is a ring, the range a thin line, the mean a stroke across it.
class StripsPlottable : public QCPAbstractPlottable {
public:
    StripsPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis);

    /// @param rows  one a row; without values it stays empty, as the rows of headings do
    void setRows(std::vector<Strip> rows) { m_rows = std::move(rows); }
    const std::vector<Strip>& rows() const { return m_rows; }
    void setStyle(const PlotStyle& style, const LaneStyles& lanes);

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain domain) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain domain,
                           const QCPRange& keyRange) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

private:
    void drawStrip(QCPPainter* painter, const Strip& strip, double row) const;

    std::vector<Strip> m_rows;
    PlotStyle m_style;
    LaneStyles m_lanes;
};

} // namespace quantscope
