#include "views/plots/swatch_legend.h"

#include "views/plots/area_fill.h"

#include <cmath>

namespace quantscope {

SwatchLegend::SwatchLegend(QCustomPlot* plot) : QCPLayoutElement(plot) {
    setMinimumMargins(QMargins(0, 0, 0, 0));
    setLayer(QStringLiteral("legend"));
}

int SwatchLegend::arrange(double width, std::vector<QPointF>* places) const {
    const QFontMetricsF metrics(m_style.font);
    const double square = metrics.ascent() * 0.8;
    double x = 0;
    int line = 0;
    for (const Swatch& swatch : m_swatches) {
        const double needed = square + m_style.length(4) + metrics.horizontalAdvance(swatch.text);
        if (x > 0 && x + needed > width) {
            x = 0;
            ++line;
        }
        if (places)
            places->push_back({x, metrics.height() * line});
        x += needed + m_style.length(14);
    }
    return line + 1;
}

QSize SwatchLegend::minimumOuterSizeHint() const {
    if (m_swatches.empty())
        return {0, 0};
    const double width = mParentPlot->viewport().width() - m_style.length(16);
    const double height = QFontMetricsF(m_style.font).height() * arrange(width, nullptr);
    return {0, static_cast<int>(std::ceil(height + m_style.length(5)))};
}

QSize SwatchLegend::maximumOuterSizeHint() const {
    return {QWIDGETSIZE_MAX, minimumOuterSizeHint().height()};
}

void SwatchLegend::draw(QCPPainter* painter) {
    if (m_swatches.empty())
        return;
    const QFontMetricsF metrics(m_style.font);
    const QPointF origin = QPointF(outerRect().topLeft()) + QPointF(m_style.length(8), 0);
    std::vector<QPointF> places;
    arrange(outerRect().width() - m_style.length(16), &places);
    const double square = metrics.ascent() * 0.8;
    painter->setFont(m_style.font);
    for (std::size_t i = 0; i < m_swatches.size(); ++i) {
        const QPointF place = origin + places[i];
        const QRectF box(place.x(), place.y() + (metrics.height() - square) / 2, square, square);
        fillArea(*painter, box, m_swatches[i].role, m_style);
        painter->setPen(m_style.text);
        const double left = square + m_style.length(4);
        const double room = std::max(1.0, outerRect().width() - left);
        painter->drawText(QRectF(place.x() + left, place.y(), room, metrics.height()),
                          Qt::AlignLeft | Qt::AlignVCenter, m_swatches[i].text);
    }
}

} // namespace quantscope
