#include "app/gui/theme_style.h"

#include <QPainter>
#include <QStyleOption>

namespace quantscope {

ThemeStyle::ThemeStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void ThemeStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option,
                               QPainter* painter, const QWidget* widget) const {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool isBox = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
    const bool isDark = option->palette.color(QPalette::Window).lightness() < 128;
    if (!isDark || !(isBox || element == PE_IndicatorRadioButton))
        return;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(option->palette.color(QPalette::PlaceholderText), 1));
    painter->setBrush(Qt::NoBrush);
    const QRectF frame = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    if (isBox)
        painter->drawRoundedRect(frame, 2, 2);
    else
        painter->drawEllipse(frame);
    painter->restore();
}

void ThemeStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                             const QWidget* widget) const {
    const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option);
    const bool plain = item && element == CE_ItemViewItem &&
                       !item->features.testAnyFlags(QStyleOptionViewItem::HasCheckIndicator |
                                                    QStyleOptionViewItem::HasDecoration);
    if (!plain || item->direction == Qt::LeftToRight || item->text.isRightToLeft()) {
        QProxyStyle::drawControl(element, option, painter, widget);
        return;
    }
    // Texts, intervals and negative numbers of another direction than the window's would be read
    // and cut from their end.
    QStyleOptionViewItem turned(*item);
    turned.displayAlignment = visualAlignment(item->direction, item->displayAlignment);
    turned.direction = Qt::LeftToRight;
    QProxyStyle::drawControl(element, &turned, painter, widget);
}

} // namespace quantscope
