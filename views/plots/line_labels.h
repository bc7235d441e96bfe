#pragma once

#include "views/plots/plot_style.h"

#include <qcustomplot.h>

#include <vector>

namespace quantscope {

/// The name of one line, to stand beside its end.
struct LineLabel {
    QString text;
    QPen pen;
    double y = 0; ///< of the line's last point, in coordinates of the value axis
};

/// Moves labels of `height` apart so that none overlap, each as near its wish as can be, inside
/// [top, bottom]. `wishes` are the centres wanted, ascending; what comes back are those to use.
std::vector<double> spreadApart(std::vector<double> wishes, double height, double top,
                                double bottom);

/// Names of lines, right of the axis rectangle beside their ends; where the ends crowd they are
/// spread apart, and where all names are higher than the figure their font shrinks. Takes the
/// room it needs from the layout.
class LineLabels : public QCPLayoutElement {
public:
    LineLabels(QCustomPlot* plot, QCPAxisRect* rect, QCPAxis* valueAxis);

    void setLabels(std::vector<LineLabel> labels) { m_labels = std::move(labels); }
    void setStyle(const PlotStyle& style) { m_style = style; }
    QSize minimumOuterSizeHint() const override;
    QSize maximumOuterSizeHint() const override;

protected:
    void draw(QCPPainter* painter) override;
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;

private:
    double sampleLength() const { return m_style.length(14); }
    double wantedWidth() const;

    QCPAxisRect* m_rect;
    QCPAxis* m_valueAxis;
    std::vector<LineLabel> m_labels;
    PlotStyle m_style;
};

} // namespace quantscope
