#pragma once

#include "core/data/pages/common.h"
#include "views/plots/colour_scale.h"
#include "views/plots/plot_style.h"

#include <qcustomplot.h>

#include <memory>

namespace quantscope {

/// Draws a matrix as cells: column c around x = c, row r around y = r. Where several cells share a
/// pixel their mean is shown; cells without a value are hatched.
class CellsPlottable : public QCPAbstractPlottable {
public:
    CellsPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis);

    void setMatrix(std::shared_ptr<const Matrix> matrix);
    void setColours(const ColourScale& scale, ColourMap map);
    void setStyle(const PlotStyle& style) { m_style = style; }
    /// Writes the numbers into the cells, where they fit.
    void setNumbersShown(bool shown) { m_numbersShown = shown; }
    /// Two decimals whatever the number's size, as coefficients are read; else three digits.
    void setCoefficients(bool coefficients) { m_coefficients = coefficients; }

    /// The cells as an image of `size` pixels for the ranges given; row 0 of the image is the
    /// upper end of `rows`. Pure but for the members set above.
    QImage image(QSize size, const QCPRange& columns, const QCPRange& rows, bool rowsUpward) const;

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain domain) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain domain,
                           const QCPRange& keyRange) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

private:
    void drawNumbers(QCPPainter* painter);
    QString numberText(double value) const;

    std::shared_ptr<const Matrix> m_matrix;
    ColourScale m_scale;
    ColourMap m_map = ColourMap::Viridis;
    PlotStyle m_style;
    bool m_numbersShown = false;
    bool m_coefficients = false;
};

} // namespace quantscope
