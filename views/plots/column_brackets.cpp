#include "views/plots/column_brackets.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr double narrowestBracket = 3;  // pixels
constexpr double widestWithoutLine = 6; // a line between narrower groups would hide their cells
constexpr double gap = 3;               // between map and bracket, at 96 dots an inch
constexpr double hook = 4;

/// Names that are written already: from where to where.
using Taken = std::vector<std::pair<double, double>>;

bool isFree(const Taken& taken, double left, double right, double apart) {
    return std::none_of(taken.begin(), taken.end(), [&](const auto& name) {
        return left < name.second + apart && name.first < right + apart;
    });
}

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

std::vector<ColumnBrackets::Bracket>
ColumnBrackets::brackets(const std::vector<ColumnGroup>& groups, const QCPRange& columns,
                         double left, double right, const QFontMetricsF& metrics) {
    const double perColumn = (right - left) / columns.size();
    std::vector<Bracket> result;
    for (std::size_t index = 0; index < groups.size(); ++index) {
        const auto first = static_cast<double>(groups[index].first);
        const auto count = static_cast<double>(groups[index].count);
        Bracket bracket;
        bracket.group = index;
        bracket.left = std::max(left, left + (first - 0.5 - columns.lower) * perColumn);
        bracket.right = std::min(right, left + (first + count - 0.5 - columns.lower) * perColumn);
        if (bracket.right - bracket.left >= narrowestBracket)
            result.push_back(bracket);
    }
    const double apart = metrics.averageCharWidth();
    Taken taken;
    const auto write = [&](Bracket& bracket, const QString& name, double place) {
        bracket.name = name;
        bracket.nameLeft = place;
        taken.emplace_back(place, place + metrics.horizontalAdvance(name));
    };
    const auto nameOf = [&](const Bracket& bracket) {
        return QString::fromStdString(groups[bracket.group].name).simplified();
    };
    for (Bracket& bracket : result) {
        const QString name = nameOf(bracket);
        const double width = metrics.horizontalAdvance(name);
        if (width <= bracket.right - bracket.left)
            write(bracket, name, (bracket.left + bracket.right - width) / 2);
    }
    for (std::size_t index = 0; index < result.size(); ++index) {
        Bracket& bracket = result[index];
        if (!bracket.name.isEmpty())
            continue;
        const QString name = nameOf(bracket);
        const double width = metrics.horizontalAdvance(name);
        const auto fits = [&](double from, double to) {
            return from >= left && to <= right && isFree(taken, from, to, apart);
        };
        // Over one neighbour at most: else it would be read as the name of what lies beyond.
        const double furthest = index + 1 < result.size() ? result[index + 1].right : right;
        const double nearest = index > 0 ? result[index - 1].left : left;
        if (bracket.left + width <= furthest && fits(bracket.left, bracket.left + width)) {
            write(bracket, name, bracket.left);
        } else if (bracket.right - width >= nearest && fits(bracket.right - width, bracket.right)) {
            write(bracket, name, bracket.right - width);
        } else {
            const QString shorter =
                metrics.elidedText(name, Qt::ElideRight, bracket.right - bracket.left);
            if (shorter.size() > 3 && fits(bracket.left, bracket.right))
                write(bracket, shorter, bracket.left);
        }
    }
    return result;
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
    for (const Bracket& bracket : brackets(m_groups, m_columns->range(), frame.left(),
                                           frame.left() + frame.width(), metrics)) {
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
