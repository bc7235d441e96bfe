#include "views/plots/points_plottable.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr std::size_t vectorPoints = 20000; ///< more make files that no viewer opens with pleasure

/// How much of each pixel around a disc's centre it covers, 0 … 255, over a square of odd side.
struct Mask {
    int reach = 0; ///< pixels from the middle one to each side
    std::vector<std::uint8_t> cover;
};

Mask discMask(double radius) {
    Mask mask;
    mask.reach = static_cast<int>(std::ceil(radius));
    const int side = 2 * mask.reach + 1;
    mask.cover.resize(static_cast<std::size_t>(side * side));
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const double distance = std::hypot(x - mask.reach, y - mask.reach);
            const double cover = std::clamp(radius + 0.5 - distance, 0.0, 1.0);
            mask.cover[static_cast<std::size_t>(y * side + x)] =
                static_cast<std::uint8_t>(std::lround(cover * 255));
        }
    }
    return mask;
}

QRgb scaled(QRgb premultiplied, unsigned cover) {
    const auto channel = [&](int value) {
        return static_cast<int>((unsigned(value) * cover + 127) / 255);
    };
    return qRgba(channel(qRed(premultiplied)), channel(qGreen(premultiplied)),
                 channel(qBlue(premultiplied)), channel(qAlpha(premultiplied)));
}

void blend(QRgb& target, QRgb source) {
    const unsigned rest = 255 - static_cast<unsigned>(qAlpha(source));
    const QRgb under = scaled(target, rest);
    target = qRgba(qRed(under) + qRed(source), qGreen(under) + qGreen(source),
                   qBlue(under) + qBlue(source), qAlpha(under) + qAlpha(source));
}

void stamp(QImage& image, const Mask& mask, const std::vector<QRgb>& colours, int x, int y) {
    const int side = 2 * mask.reach + 1;
    const int left = x - mask.reach;
    const int firstColumn = std::max(0, -left);
    const int lastColumn = std::min(side, image.width() - left);
    for (int row = std::max(0, mask.reach - y); row < side; ++row) {
        const int line = y - mask.reach + row;
        if (line >= image.height())
            break;
        auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(line));
        const std::uint8_t* cover = mask.cover.data() + row * side;
        for (int column = firstColumn; column < lastColumn; ++column) {
            if (cover[column] > 0)
                blend(pixels[left + column], colours[cover[column]]);
        }
    }
}

QCPRange finiteRange(const std::vector<double>& values, QCP::SignDomain domain, bool& found) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const double value : values) {
        if (!std::isfinite(value) || (domain == QCP::sdPositive && value <= 0) ||
            (domain == QCP::sdNegative && value >= 0))
            continue;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    found = low <= high;
    return found ? QCPRange(low, high) : QCPRange();
}

} // namespace

PointsPlottable::PointsPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis)
    : QCPAbstractPlottable(keyAxis, valueAxis) {}

QPointF PointsPlottable::pixel(std::size_t point) const {
    return {mKeyAxis->coordToPixel(m_points->x[point]),
            mValueAxis->coordToPixel(m_points->y[point])};
}

std::optional<std::size_t> PointsPlottable::nearest(const QPointF& position, double reach) const {
    std::optional<std::size_t> found;
    double best = reach * reach;
    for (std::size_t point = 0; m_points && point < m_points->x.size(); ++point) {
        const QPointF offset = pixel(point) - position;
        const double distance = QPointF::dotProduct(offset, offset);
        if (distance <= best) { // NaN compares false.
            best = distance;
            found = point;
        }
    }
    return found;
}

std::vector<std::size_t> PointsPlottable::inside(const QPolygonF& polygon) const {
    std::vector<std::size_t> found;
    const QRectF bounds = polygon.boundingRect();
    for (std::size_t point = 0; m_points && point < m_points->x.size(); ++point) {
        const QPointF place = pixel(point);
        if (bounds.contains(place) && polygon.containsPoint(place, Qt::OddEvenFill))
            found.push_back(point);
    }
    return found;
}

QCPRange PointsPlottable::getKeyRange(bool& found, QCP::SignDomain domain) const {
    found = false;
    return m_points ? finiteRange(m_points->x, domain, found) : QCPRange();
}

QCPRange PointsPlottable::getValueRange(bool& found, QCP::SignDomain domain,
                                        const QCPRange&) const {
    found = false;
    return m_points ? finiteRange(m_points->y, domain, found) : QCPRange();
}

QColor PointsPlottable::colourOf(PointSet set) const {
    // The many points of no set step back, and more so the more they are.
    const bool crowded = m_points->x.size() > 5000;
    QColor colour = m_style.neutral;
    colour.setAlpha(crowded ? 70 : 120);
    if (set != PointSet::Other) {
        colour = set == PointSet::Large ? m_style.large : m_style.control;
        colour.setAlpha(crowded ? 160 : 220);
    }
    return colour;
}

double PointsPlottable::radius() const {
    const std::size_t count = m_points->x.size();
    return m_style.length(count > 20000 ? 1.3 : count > 2000 ? 1.8 : 2.6);
}

void PointsPlottable::drawImage(QCPPainter* painter, double density) const {
    const QRect frame = mKeyAxis->axisRect()->rect();
    QImage image((QSizeF(frame.size()) * density).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    const Mask mask = discMask(radius() * density);
    for (const PointSet set : {PointSet::Other, PointSet::Control, PointSet::Large}) {
        const QRgb colour = qPremultiply(colourOf(set).rgba());
        std::vector<QRgb> colours(256);
        for (unsigned cover = 0; cover < 256; ++cover)
            colours[cover] = scaled(colour, cover);
        for (std::size_t point = 0; point < m_points->x.size(); ++point) {
            if (m_points->setOf(point) != set)
                continue;
            const QPointF place = (pixel(point) - frame.topLeft()) * density;
            if (place.x() > -mask.reach && place.x() < image.width() + mask.reach &&
                place.y() > -mask.reach && place.y() < image.height() + mask.reach)
                stamp(image, mask, colours, static_cast<int>(place.x()),
                      static_cast<int>(place.y()));
        }
    }
    painter->drawImage(frame, image);
}

void PointsPlottable::drawDiscs(QCPPainter* painter) const {
    painter->setPen(Qt::NoPen);
    const double size = radius();
    for (const PointSet set : {PointSet::Other, PointSet::Control, PointSet::Large}) {
        painter->setBrush(colourOf(set));
        for (std::size_t point = 0; point < m_points->x.size(); ++point) {
            const QPointF place = pixel(point);
            if (m_points->setOf(point) == set && std::isfinite(place.x()) &&
                std::isfinite(place.y()))
                painter->drawEllipse(place, size, size);
        }
    }
}

void PointsPlottable::drawMarks(QCPPainter* painter) const {
    const auto ring = [&](std::size_t point, double size) {
        if (point >= m_points->x.size())
            return;
        const QPointF place = pixel(point);
        if (std::isfinite(place.x()) && std::isfinite(place.y()))
            painter->drawEllipse(place, size, size);
    };
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(m_style.text, m_style.length(1)));
    if (m_selected.size() <= vectorPoints) {
        for (const std::size_t point : m_selected)
            ring(point, radius() + m_style.length(1.2));
    }
    painter->setPen(QPen(m_style.text, m_style.length(1.4)));
    for (const std::size_t point : m_pinned) {
        if (point >= m_points->x.size())
            continue;
        const QPointF place = pixel(point);
        const double size = radius() + m_style.length(3.5);
        if (std::isfinite(place.x()) && std::isfinite(place.y()))
            painter->drawPolygon(QPolygonF({place + QPointF(0, -size), place + QPointF(size, 0),
                                            place + QPointF(0, size), place + QPointF(-size, 0)}));
    }
    if (m_primary) {
        painter->setPen(QPen(QColor(0xFF, 0x2D, 0x95), m_style.length(2)));
        ring(*m_primary, radius() + m_style.length(3.5));
    }
}

void PointsPlottable::draw(QCPPainter* painter) {
    if (!m_points || m_points->x.empty())
        return;
    const bool vector = painter->modes().testFlag(QCPPainter::pmVectorized);
    if (vector && m_points->x.size() <= vectorPoints)
        drawDiscs(painter);
    else
        drawImage(painter, vector ? 0.5 : mParentPlot->bufferDevicePixelRatio());
    drawMarks(painter);
}

} // namespace quantscope
