#pragma once

#include <QProxyStyle>

namespace quantscope {

/// Fusion, with frames around check boxes that can be seen on a dark window: its own are darker
/// than the window. Texts in tables have their own direction in a window from right to left.
class ThemeStyle : public QProxyStyle {
    Q_OBJECT

public:
    ThemeStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
};

} // namespace quantscope
