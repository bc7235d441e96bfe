#pragma once

#include "core/data/pages/common.h"
#include "views/plots/plot_style.h"

#include <QRectF>
#include <QWidget>

#include <vector>

class QCPAxis;
class QCPAxisRect;
class QCPPainter;
class QCustomPlot;
class QLabel;
class QPainter;

namespace quantscope {

class CaptionBar;

/// What every figure has: a caption, a look, zooming with a way back, export and copying.
/// Wheel and rubber band zoom, Backspace goes back, Home resets, arrows pan, Ctrl+C copies.
class PlotWidget : public QWidget {
    Q_OBJECT

public:
    explicit PlotWidget(QWidget* parent = nullptr);
    ~PlotWidget() override;

    const Caption& caption() const { return m_caption; }
    void setCaption(const Caption& caption);
    void setCaptionVisible(bool visible);

    /// The values shown, as comma-separated text with a header line (RFC 4180).
    virtual QString csv() const = 0;
    /// True while there is nothing to draw.
    virtual bool isEmpty() const = 0;

    /// Draws the figure without its caption into `painter`, laid out in pixels of the size given
    /// and with the look given; `vector` where the target keeps text and lines.
    void renderTo(QPainter& painter, QSize size, const PlotStyle& style, bool vector);

    const PlotStyle& plotStyle() const { return m_style; }

    void copyAsImage();
    void zoomBack();
    void resetView();
    bool canZoomBack() const { return !m_views.empty(); }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// What lies under the mouse, in words; empty when nothing does.
    void hovered(const QString& text);
    /// A person works with this plot.
    void used();
    /// The figure is to be written to a file (from the context menu).
    void exportRequested();

protected:
    QCustomPlot* plot() const { return m_plot; }
    /// The rectangle that zooms; a plot with several names the main one.
    QCPAxisRect* mainRect() const { return m_mainRect; }
    void setMainRect(QCPAxisRect* rect);

    /// Applies the look to everything the plot owns. Called on every change of theme and before and
    /// after an export; must not change data or ranges.
    virtual void applyStyle(const PlotStyle& style) = 0;
    /// Shows all values.
    virtual void showAll() = 0;
    /// Mouse at a place inside the main rectangle, in pixels of the plot; the text is for
    /// hovered().
    virtual QString hoverText(const QPointF& position) = 0;
    virtual void clicked(const QPointF& position, Qt::KeyboardModifiers modifiers);
    virtual void left();
    /// Keeps ranges inside what makes sense after zooming or panning.
    virtual void limitView();
    /// Entries of a plot's own in the context menu.
    virtual void addMenuEntries(class QMenu& menu);
    /// True where dragging selects instead of zooming.
    virtual bool dragSelects() const { return false; }
    virtual void dragged(const std::vector<QPointF>& path);
    /// The drag so far, for drawing: a rectangle's corners or a lasso.
    virtual bool dragIsLasso() const { return false; }

    void styleAxis(QCPAxis* axis, const PlotStyle& style) const;
    void setNothingText(const QString& text);
    void updateEmptyState();
    void replotLater();
    void pushView();

    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct View {
        QRectF rect; ///< x range and y range as a rectangle
    };

    void restyle();
    void openMenu(const QPoint& globalPosition);
    View currentView() const;
    void setView(const View& view);
    void zoomBy(double factor, const QPointF& centre, bool horizontal, bool vertical);
    void finishDrag(const QPointF& end);
    void panBy(double horizontal, double vertical);

    Caption m_caption;
    PlotStyle m_style;
    QCustomPlot* m_plot = nullptr;
    QCPAxisRect* m_mainRect = nullptr;
    CaptionBar* m_captionBar = nullptr;
    QLabel* m_nothing = nullptr;
    QWidget* m_dragOverlay = nullptr;
    std::vector<View> m_views;
    std::vector<QPointF> m_dragPath;
    bool m_dragging = false;
    bool m_panning = false;
    qint64 m_lastWheel = 0;
};

} // namespace quantscope
