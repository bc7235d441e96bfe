#pragma once

#include "core/data/pages/common.h"
#include "views/plots/plot_style.h"

#include <QWidget>

class QLabel;
class QToolButton;

namespace quantscope {

/// The lines under a figure: its title and definition, cut where they would take too much of the
/// figure's room; a click shows all of it, the formula and the source.
class CaptionBar : public QWidget {
    Q_OBJECT

public:
    explicit CaptionBar(QWidget* parent = nullptr);

    void setCaption(const Caption& caption);
    void setStyle(const PlotStyle& style);

protected:
    void mouseReleaseEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void showText();
    void openDetails();

    Caption m_caption;
    QColor m_muted;
    QLabel* m_label = nullptr;
    QToolButton* m_more = nullptr;
};

} // namespace quantscope
