#pragma once

#include "core/data/pages/common.h"
#include "views/plots/plot_style.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace quantscope {

/// The line under a figure: its title and definition; a click shows the formula and the source.
class CaptionBar : public QWidget {
    Q_OBJECT

public:
    explicit CaptionBar(QWidget* parent = nullptr);

    void setCaption(const Caption& caption);
    void setStyle(const PlotStyle& style);

protected:
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void showText();
    void openDetails();

    Caption m_caption;
    QColor m_muted;
    QLabel* m_label = nullptr;
    QToolButton* m_more = nullptr;
};

} // namespace quantscope
