#include "views/plots/line_labels.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

std::vector<double> spreadApart(std::vector<double> wishes, double height, double top,
                                double bottom) {
    // Neighbours that overlap form a block that is centred on its wishes; blocks merge until none
    // overlap.
    struct Block {
        double centre = 0;
        std::size_t count = 0;
    };
    std::vector<Block> blocks;
    const auto clamped = [&](Block block) {
        const double half = height * static_cast<double>(block.count) / 2;
        block.centre = std::max(top + half, std::min(block.centre, bottom - half));
        return block;
    };
    for (const double wish : wishes) {
        blocks.push_back(clamped({wish, 1}));
        while (blocks.size() > 1) {
            const Block last = blocks.back();
            const Block before = blocks[blocks.size() - 2];
            const double distance = last.centre - before.centre;
            if (distance >= height * static_cast<double>(last.count + before.count) / 2 - 1e-9)
                break;
            const double total = static_cast<double>(last.count + before.count);
            const double centre = (last.centre * static_cast<double>(last.count) +
                                   before.centre * static_cast<double>(before.count)) /
                                  total;
            blocks.pop_back();
            blocks.back() = clamped({centre, last.count + before.count});
        }
    }
    std::size_t next = 0;
    for (const Block& block : blocks) {
        const double first = block.centre - height * (static_cast<double>(block.count) - 1) / 2;
        for (std::size_t i = 0; i < block.count; ++i)
            wishes[next++] = first + height * static_cast<double>(i);
    }
    return wishes;
}

LineLabels::LineLabels(QCustomPlot* plot, QCPAxisRect* rect, QCPAxis* valueAxis)
    : QCPLayoutElement(plot)
    , m_rect(rect)
    , m_valueAxis(valueAxis) {
    setMinimumMargins(QMargins(0, 0, 0, 0));
    setLayer(QStringLiteral("legend"));
}

double LineLabels::wantedWidth() const {
    const QFontMetricsF metrics(m_style.font);
    double widest = 0;
    for (const LineLabel& label : m_labels)
        widest = std::max(widest, metrics.horizontalAdvance(label.text));
    // Two fifths of the figure are the most that names may take from the lines: enough for
    // "full precision, D_matched" in a column of a paper.
    return std::min(widest + sampleLength() + m_style.length(14),
                    mParentPlot->viewport().width() * 0.42);
}

QSize LineLabels::minimumOuterSizeHint() const {
    if (m_labels.empty())
        return {0, 0};
    return {static_cast<int>(std::ceil(wantedWidth())), 0};
}

QSize LineLabels::maximumOuterSizeHint() const {
    return {minimumOuterSizeHint().width(), QWIDGETSIZE_MAX};
}

void LineLabels::applyDefaultAntialiasingHint(QCPPainter* painter) const {
    painter->setAntialiasing(true);
}

void LineLabels::draw(QCPPainter* painter) {
    if (m_labels.empty())
        return;
    const QFontMetricsF metrics(m_style.font);
    const double height = metrics.height();
    const QRectF frame(m_rect->rect());
    std::vector<std::size_t> order(m_labels.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto wish = [&](std::size_t i) {
        const double pixel = m_valueAxis->coordToPixel(m_labels[i].y);
        return std::isfinite(pixel) ? std::clamp(pixel, frame.top(), frame.bottom())
                                    : frame.bottom();
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return wish(a) < wish(b); });
    std::vector<double> wishes;
    for (const std::size_t i : order)
        wishes.push_back(wish(i));
    // More names than the height holds get a smaller font rather than a place outside the figure.
    const double viewTop = mParentPlot->viewport().top();
    const double viewBottom = mParentPlot->viewport().bottom();
    const double count = static_cast<double>(order.size());
    const double spacing = std::min(height, (viewBottom - viewTop) / count);
    const bool fits = spacing * count <= frame.height();
    const std::vector<double> places =
        spreadApart(wishes, spacing, fits ? frame.top() - height / 3 : viewTop,
                    fits ? frame.bottom() + height / 3 : viewBottom);
    const double left = frame.right() + m_style.length(4);
    const double textLeft = left + sampleLength() + m_style.length(3);
    const double room = outerRect().right() - m_style.length(4) - textLeft;
    QFont font = m_style.font;
    font.setPixelSize(std::max(1, static_cast<int>(font.pixelSize() * spacing / height)));
    painter->setFont(font);
    for (std::size_t place = 0; place < order.size(); ++place) {
        const LineLabel& label = m_labels[order[place]];
        const double y = places[place];
        painter->setPen(label.pen);
        painter->drawLine(QLineF(left, y, left + sampleLength(), y));
        painter->setPen(m_style.text);
        painter->drawText(QRectF(textLeft, y - height / 2, room, height),
                          Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(label.text, Qt::ElideMiddle, room));
    }
}

} // namespace quantscope
