#include "views/pages/token_colour_bar.h"

#include "views/plots/plot_style.h"

#include <QPainter>

namespace quantscope {

TokenColourBar::TokenColourBar(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TokenColourBar::setScale(const ColourScale& scale, ColourMap map, const QString& unit) {
    m_scale = scale;
    m_map = map;
    m_unit = unit;
    setAccessibleName(tr("Colours from %1 to %2 %3")
                          .arg(formatNumber(scale.lower()), formatNumber(scale.upper()), unit));
    update();
}

QSize TokenColourBar::sizeHint() const { return {160, fontMetrics().height() + 12}; }

void TokenColourBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setLayoutDirection(Qt::LeftToRight); // values grow to the right, as colours do
    const QFont font = withTabularDigits(this->font());
    painter.setFont(font);
    const QRect bar(0, 2, width(), 7);
    for (int x = 0; x < bar.width(); ++x)
        painter.fillRect(
            x, bar.top(), 1, bar.height(),
            QColor(colourAt(m_map, static_cast<double>(x) / std::max(1, bar.width() - 1))));
    painter.setPen(palette().color(QPalette::WindowText));
    const QRect text(0, bar.bottom() + 2, width(), fontMetrics().height());
    painter.drawText(text, Qt::AlignLeft, formatNumber(m_scale.lower(), 2));
    painter.drawText(text, Qt::AlignHCenter, m_unit);
    painter.drawText(text, Qt::AlignRight, formatNumber(m_scale.upper(), 2));
}

} // namespace quantscope
