#pragma once

#include <QProxyStyle>

namespace quantscope {

/// Fusion, with frames around check boxes that can be seen on a dark window: its own are darker
/// than the window.
class ThemeStyle : public QProxyStyle {
    Q_OBJECT

public:
    ThemeStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
};

} // namespace quantscope
