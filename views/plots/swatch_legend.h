#pragma once

#include "views/plots/lane_styles.h"

#include <qcustomplot.h>

#include <vector>

namespace quantscope {

struct Swatch {
    QString text;
    RoleStyle role;
};

/// A row of coloured squares with names under a figure; breaks into lines where it is too long.
class SwatchLegend : public QCPLayoutElement {
public:
    explicit SwatchLegend(QCustomPlot* plot);

    void setSwatches(std::vector<Swatch> swatches) { m_swatches = std::move(swatches); }
    void setStyle(const PlotStyle& style) { m_style = style; }
    QSize minimumOuterSizeHint() const override;
    QSize maximumOuterSizeHint() const override;

protected:
    void draw(QCPPainter* painter) override;
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}

private:
    /// The swatches' left ends and lines for a width; returns the number of lines.
    int arrange(double width, std::vector<QPointF>* places) const;

    std::vector<Swatch> m_swatches;
    PlotStyle m_style;
};

} // namespace quantscope
