#pragma once

#include <QObject>
#include <QPointF>
#include <QRectF>

#include <vector>

class QKeyEvent;
class QMouseEvent;
class QWheelEvent;
class QWidget;

namespace quantscope {

class PlotWidget;

/// Turns mouse and keys over a plot into zooming, panning, hovering, clicks and drawn selections,
/// and remembers the views to go back to.
class PlotNavigator : public QObject {
    Q_OBJECT

public:
    explicit PlotNavigator(PlotWidget* target);

    void zoomBack();
    void reset();
    void forgetViews() { m_views.clear(); }
    bool canZoomBack() const { return !m_views.empty(); }
    QRectF view() const; ///< x range and y range as a rectangle
    void setView(const QRectF& view);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void press(const QMouseEvent& event);
    void move(const QMouseEvent& event);
    void release(const QMouseEvent& event);
    bool wheel(const QWheelEvent& event);
    bool key(const QKeyEvent& event);
    void hover(const QPointF& position);

    bool isInside(const QPointF& position) const;
    void remember();
    void zoom(double factor, const QPointF& centre, bool horizontal, bool vertical);
    void zoomTo(const QPointF& from, const QPointF& to);
    void pan(double pixelsRight, double pixelsDown);
    void showBand();

    PlotWidget* m_target;
    QWidget* m_band; ///< draws the rubber band or lasso over the plot
    std::vector<QRectF> m_views;
    std::vector<QPointF> m_path;
    bool m_dragging = false;
    bool m_panning = false;
    bool m_inside = false;
    qint64 m_lastWheel = 0;
};

} // namespace quantscope
