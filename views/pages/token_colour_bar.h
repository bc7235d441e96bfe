#pragma once

#include "views/plots/colour_scale.h"

#include <QWidget>

namespace quantscope {

/// A thin bar that says which colour of the text means what.
class TokenColourBar : public QWidget {
    Q_OBJECT

public:
    explicit TokenColourBar(QWidget* parent = nullptr);

    void setScale(const ColourScale& scale, ColourMap map, const QString& unit);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ColourScale m_scale;
    ColourMap m_map = ColourMap::Diverging;
    QString m_unit;
};

} // namespace quantscope
