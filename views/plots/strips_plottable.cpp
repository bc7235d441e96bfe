#include "views/plots/strips_plottable.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

std::vector<double> finiteValues(const Strip& strip) {
    std::vector<double> values = strip.values;
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    return values;
}

} // namespace

StripsPlottable::StripsPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis)
    : QCPAbstractPlottable(keyAxis, valueAxis) {}

void StripsPlottable::setStyle(const PlotStyle& style, const LaneStyles& lanes) {
    m_style = style;
    m_lanes = lanes;
}

QCPRange StripsPlottable::getKeyRange(bool& found, QCP::SignDomain) const {
    QCPRange range;
    found = false;
    for (const Strip& strip : m_rows)
        for (const double value : finiteValues(strip)) {
            range = found ? QCPRange(std::min(range.lower, value), std::max(range.upper, value))
                          : QCPRange(value, value);
            found = true;
        }
    return range;
}

QCPRange StripsPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const {
    found = !m_rows.empty();
    return {-0.5, static_cast<double>(m_rows.size()) - 0.5};
}

void StripsPlottable::draw(QCPPainter* painter) {
    for (std::size_t row = 0; row < m_rows.size(); ++row)
        drawStrip(painter, m_rows[row], static_cast<double>(row));
}

void StripsPlottable::drawStrip(QCPPainter* painter, const Strip& strip, double row) const {
    const std::vector<double> values = finiteValues(strip);
    if (values.empty())
        return;
    const RoleStyle role = m_lanes.style(strip.role, m_style);
    const double middle = valueAxis()->coordToPixel(row);
    const double height =
        std::abs(valueAxis()->coordToPixel(row + 1) - valueAxis()->coordToPixel(row));
    const auto pixel = [this](double value) { return keyAxis()->coordToPixel(value); };
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double mean =
        std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    painter->setPen(QPen(role.colour, m_style.length(1)));
    painter->drawLine(QLineF(pixel(*low), middle, pixel(*high), middle));
    painter->setPen(QPen(role.colour, m_style.length(2.2)));
    const double half = 0.36 * height;
    painter->drawLine(QLineF(pixel(mean), middle - half, pixel(mean), middle + half));
    painter->setPen(QPen(role.colour, m_style.length(1.3)));
    painter->setBrush(Qt::NoBrush);
    const double radius = std::min(m_style.length(3.5), 0.4 * height);
    for (const double value : values)
        painter->drawEllipse(QPointF(pixel(value), middle), radius, radius);
}

} // namespace quantscope
