#pragma once

#include "core/data/pages/common.h"
#include "views/plots/plot_style.h"

#include <QPointF>
#include <QSize>
#include <QVariantMap>
#include <QWidget>

#include <functional>
#include <vector>

class QCPAxis;
class QCPAxisRect;
class QCPPainter;
class QCustomPlot;
class QLabel;
class QMenu;

namespace quantscope {

class CaptionBar;
class PlotNavigator;

/// What dragging with the left button does.
enum class DragMode { Zoom, SelectRectangle, SelectLasso };

/// What every figure has: a caption, a look, zooming with a way back, export and copying.
/// Wheel and rubber band zoom, the middle button or Shift pans, Backspace goes back, Home shows
/// all, arrows pan, Ctrl+C copies the picture.
class PlotWidget : public QWidget {
    Q_OBJECT

public:
    explicit PlotWidget(QWidget* parent = nullptr);
    ~PlotWidget() override;

    const Caption& caption() const { return m_caption; }
    void setCaption(const Caption& caption);
    void setCaptionVisible(bool visible);

    /// The values shown, as comma-separated text with a header line (RFC 4180), UTF-8.
    QString csv() const { return csvLater()(); }
    /// What makes that text from the values shown now, in any thread: it may take a while.
    virtual std::function<QString()> csvLater() const = 0;
    /// True while there is nothing to draw.
    virtual bool isEmpty() const = 0;

    /// Draws the figure without its caption from the painter's origin on, laid out in `size` dots
    /// and with the look given; `vector` where the device keeps text and lines as such.
    void paintOn(QCPPainter& painter, QSize size, const PlotStyle& style, bool vector);

    /// What stands in the figure's place while there is nothing to draw.
    void setNothingText(const QString& text);

    const PlotStyle& plotStyle() const { return m_style; }
    DragMode dragMode() const { return m_dragMode; }
    void setDragMode(DragMode mode) { m_dragMode = mode; }

    /// Puts the figure on the clipboard, in the light theme at twice the screen's size.
    void copyAsImage();
    void zoomBack();
    void resetView();
    bool canZoomBack() const;

    /// What is shown of the values and how: ranges, colours, scales. For undo and for sessions.
    virtual QVariantMap viewState() const;
    /// Entries that are missing or of no use are left as they are.
    virtual void restoreView(const QVariantMap& state);

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
    /// The rectangle that zooms; in a figure of several the main one.
    QCPAxisRect* mainRect() const { return m_mainRect; }

    /// Applies the look to everything the plot owns. Called on every change of theme and around an
    /// export; must not change values or ranges.
    virtual void applyStyle(const PlotStyle& style) = 0;
    /// Sets the ranges to show all values.
    virtual void showAll() = 0;
    /// What to say about a place inside the main rectangle, in pixels of the plot. May move a
    /// crosshair.
    virtual QString hoverText(const QPointF& position) = 0;
    virtual void clicked(const QPointF& position, Qt::KeyboardModifiers modifiers);
    /// The mouse left the main rectangle.
    virtual void left() {}
    /// The sizes of all parts are known and nothing is drawn yet: what depends on them, such as
    /// which labels fit, is decided here.
    virtual void layoutKnown() {}
    /// Keeps the ranges inside what makes sense after zooming or panning.
    virtual void limitView() {}
    /// Entries of a plot's own in the context menu.
    virtual void addMenuEntries(QMenu& menu);
    /// A selection was drawn: corners of a rectangle or points of a lasso.
    virtual void areaSelected(const std::vector<QPointF>& outline, Qt::KeyboardModifiers modifiers);

    void styleAxis(QCPAxis* axis, const PlotStyle& style) const;
    /// What an axis measures: in two lines, or without its middle, where the axis is too short.
    void setAxisTitle(QCPAxis* axis, const QString& title);
    /// To be called after new values: shows or hides "nothing to show" and replots.
    void valuesChanged();
    void replotLater();
    /// Draws the crosshair and markers of the mouse alone, without the rest.
    void replotOverlay();

    void changeEvent(QEvent* event) override;

private:
    friend class PlotNavigator;

    void restyle();
    void styleFrame();
    void settleLayout();
    void fitTitles();
    void openMenu(const QPoint& globalPosition);

    struct AxisTitle {
        QCPAxis* axis;
        QString title;
    };

    Caption m_caption;
    PlotStyle m_style;
    std::vector<AxisTitle> m_titles;
    QCustomPlot* m_plot = nullptr;
    QCPAxisRect* m_mainRect = nullptr;
    CaptionBar* m_captionBar = nullptr;
    QLabel* m_nothing = nullptr;
    PlotNavigator* m_navigator = nullptr;
    DragMode m_dragMode = DragMode::Zoom;
    bool m_restyling = false;
    bool m_painted = false;
};

} // namespace quantscope
