#include "views/plots/area_fill.h"

#include <qcustomplot.h>

namespace quantscope {

namespace {

constexpr double step = 7; // between lines, at 96 dots an inch

/// Lines of our own: a brush's pattern keeps the size of a screen's pixel in every export.
void drawFalling(QCPPainter& painter, const QRectF& area, double apart) {
    for (double x = area.left() - area.height(); x < area.right(); x += apart)
        painter.drawLine(QLineF(x, area.top(), x + area.height(), area.bottom()));
}

void drawUpright(QCPPainter& painter, const QRectF& area, double apart) {
    for (double x = area.left() + apart / 2; x < area.right(); x += apart)
        painter.drawLine(QLineF(x, area.top(), x, area.bottom()));
}

} // namespace

void fillArea(QCPPainter& painter, const QRectF& area, const RoleStyle& role,
              const PlotStyle& style) {
    painter.save();
    painter.setAntialiasing(false);
    painter.fillRect(area, role.colour);
    if (role.round > 0) {
        painter.setAntialiasing(true);
        painter.setClipRect(area, Qt::IntersectClip);
        painter.setPen(QPen(style.background, style.length(1.4)));
        if (role.round != 2)
            drawFalling(painter, area, style.length(step));
        if (role.round != 1)
            drawUpright(painter, area, style.length(step));
    }
    painter.restore();
}

} // namespace quantscope
