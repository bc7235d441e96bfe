#include "views/plots/bars_plottable.h"

#include "views/plots/area_fill.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

BarsPlottable::BarsPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis)
    : QCPAbstractPlottable(keyAxis, valueAxis) {}

void BarsPlottable::setStyle(const PlotStyle& style, const LaneStyles& lanes) {
    m_style = style;
    m_lanes = lanes;
}

QCPRange BarsPlottable::place(std::size_t group, std::size_t bar, std::size_t count) {
    constexpr double used = 0.76; ///< of a group's unit, the rest separates it from the next
    const double height = used / static_cast<double>(std::max<std::size_t>(count, 1));
    const double low = static_cast<double>(group) - used / 2 + static_cast<double>(bar) * height;
    return {low, low + height};
}

QCPRange BarsPlottable::getKeyRange(bool& found, QCP::SignDomain) const {
    QCPRange range(0, 0);
    found = false;
    for (const BarGroup& group : m_groups) {
        for (const Bar& bar : group.bars) {
            for (const double value : {bar.value.value, bar.value.low, bar.value.high}) {
                if (std::isfinite(value)) {
                    range.expand(value);
                    found = true;
                }
            }
        }
    }
    return range;
}

QCPRange BarsPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const {
    found = !m_groups.empty();
    return {-0.5, static_cast<double>(m_groups.size()) - 0.5};
}

void BarsPlottable::draw(QCPPainter* painter) {
    for (std::size_t group = 0; group < m_groups.size(); ++group) {
        const std::vector<Bar>& bars = m_groups[group].bars;
        for (std::size_t bar = 0; bar < bars.size(); ++bar)
            drawBar(painter, bars[bar], place(group, bar, bars.size()));
    }
}

void BarsPlottable::drawBar(QCPPainter* painter, const Bar& bar, const QCPRange& where) const {
    if (!std::isfinite(bar.value.value))
        return;
    const double zero = mKeyAxis->coordToPixel(0);
    const double end = mKeyAxis->coordToPixel(bar.value.value);
    const double top = mValueAxis->coordToPixel(where.lower);
    const double bottom = mValueAxis->coordToPixel(where.upper);
    const QRectF rect = QRectF(QPointF(zero, top), QPointF(end, bottom)).normalized();
    const QRectF inner = rect.adjusted(0, rect.height() * 0.06, 0, -rect.height() * 0.06);
    const RoleStyle role = m_lanes.style(bar.role, m_style);
    painter->save();
    if (!bar.hatched) {
        fillArea(*painter, inner, role, m_style);
    } else { // Lines of its own: a brush pattern keeps the size of a screen's pixel.
        QColor faint = role.colour;
        faint.setAlpha(45);
        painter->fillRect(inner, faint);
        painter->setAntialiasing(true);
        painter->setClipRect(inner, Qt::IntersectClip);
        painter->setPen(QPen(role.colour, m_style.length(1)));
        const double step = m_style.length(5);
        for (double x = inner.left() - inner.height(); x < inner.right(); x += step)
            painter->drawLine(QLineF(x, inner.bottom(), x + inner.height(), inner.top()));
        painter->setClipping(true);
    }
    painter->restore();
    if (std::isfinite(bar.value.low) && std::isfinite(bar.value.high)) {
        const double low = mKeyAxis->coordToPixel(bar.value.low);
        const double high = mKeyAxis->coordToPixel(bar.value.high);
        const double middle = inner.center().y();
        const double cap = std::min(inner.height() / 4, m_style.length(3));
        painter->setPen(QPen(m_style.text, m_style.length(1)));
        painter->drawLine(QLineF(low, middle, high, middle));
        painter->drawLine(QLineF(low, middle - cap, low, middle + cap));
        painter->drawLine(QLineF(high, middle - cap, high, middle + cap));
    }
}

} // namespace quantscope
