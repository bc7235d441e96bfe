#include "views/plots/column_brackets.h"

#include "views/plots/bracket_layout.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr double widestWithoutLine = 6; // a line between narrower groups would hide their cells
constexpr double gap = 3;               // between map and bracket, at 96 dots an inch
constexpr double hook = 4;

} // namespace

ColumnBrackets::ColumnBrackets(QCPAxis* columns)
    : QCPLayerable(columns->parentPlot())
    , m_columns(columns) {}

int ColumnBrackets::height() const {
    if (m_groups.empty())
        return 0;
    return static_cast<int>(
        std::ceil(m_style.length(gap + hook + 2) + QFontMetricsF(m_style.font).height()));
}

void ColumnBrackets::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    applyAntialiasingHint(painter, mAntialiased, QCP::aeOther);
}

void ColumnBrackets::draw(QCPPainter* painter) {
    if (m_groups.empty() || !m_columns->axisRect()->visible())
        return;
    const QRect frame = m_columns->axisRect()->rect();
    const QFontMetricsF metrics(m_style.font);
    const double bottom = frame.top() - m_style.length(gap);
    const double top = bottom - m_style.length(hook);
    painter->setFont(m_style.font);
    painter->setBrush(Qt::NoBrush);
    const QCPRange columns = m_columns->range();
    for (const Bracket& bracket :
         bracketLayout(m_groups, {columns.lower, columns.upper},
                       {double(frame.left()), double(frame.left() + frame.width())}, metrics)) {
        const std::string& role = m_groups[bracket.group].role;
        const QColor colour = role.empty() ? m_style.axis : m_colours.style(role, m_style).colour;
        painter->setPen(QPen(colour, m_style.length(role.empty() ? 1.2 : 2)));
        const double left = bracket.left + m_style.length(1.2);
        const double right = bracket.right - m_style.length(1.2);
        painter->drawPolyline(
            QPolygonF{{left, bottom}, {left, top}, {right, top}, {right, bottom}});
        if (bracket.name.isEmpty())
            continue;
        painter->setPen(m_style.text);
        painter->drawText(QPointF(bracket.nameLeft, top - m_style.length(1) - metrics.descent()),
                          bracket.name);
    }
    drawBetween(painter);
}

void ColumnBrackets::drawBetween(QCPPainter* painter) const {
    const QRect frame = m_columns->axisRect()->rect();
    painter->setPen(QPen(m_style.background, m_style.length(1)));
    for (std::size_t index = 1; index < m_groups.size(); ++index) {
        const auto first = static_cast<double>(m_groups[index].first);
        const double place = m_columns->coordToPixel(first - 0.5);
        const auto narrower = std::min(m_groups[index - 1].count, m_groups[index].count);
        const double width =
            static_cast<double>(narrower) * frame.width() / m_columns->range().size();
        if (width >= widestWithoutLine && place > frame.left() && place < frame.right())
            painter->drawLine(QPointF(place, frame.top()), QPointF(place, frame.bottom()));
    }
}

} // namespace quantscope
