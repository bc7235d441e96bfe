#include "views/plots/plot_navigator.h"

#include "views/plots/plot_widget.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QDateTime>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <qcustomplot.h>

#include <cmath>

namespace quantscope {

namespace {

constexpr qint64 wheelPause = 600; ///< ms; turns of the wheel in quick succession are one step back
constexpr std::size_t rememberedViews = 100;

/// The rubber band or lasso, drawn over the plot without redrawing it.
class Band : public QWidget {
public:
    explicit Band(QWidget* parent) : QWidget(parent) {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        hide();
    }

    std::vector<QPointF> path;
    bool lasso = false;
    QColor colour;

protected:
    void paintEvent(QPaintEvent*) override {
        if (path.size() < 2)
            return;
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing, lasso);
        QColor fill = colour;
        fill.setAlpha(40);
        painter.setPen(QPen(colour, 1));
        painter.setBrush(fill);
        if (lasso)
            painter.drawPolygon(QPolygonF(QList<QPointF>(path.begin(), path.end())));
        else
            painter.drawRect(QRectF(path.front(), path.back()).normalized());
    }
};

/// A position along a range from pixels moved, on linear and logarithmic axes alike.
QCPRange shifted(const QCPAxis* axis, double pixels) {
    const double lower = axis->coordToPixel(axis->range().lower);
    const double upper = axis->coordToPixel(axis->range().upper);
    return {axis->pixelToCoord(lower - pixels), axis->pixelToCoord(upper - pixels)};
}

} // namespace

PlotNavigator::PlotNavigator(PlotWidget* target)
    : QObject(target)
    , m_target(target)
    , m_band(new Band(target->m_plot)) {
    target->m_plot->installEventFilter(this);
}

bool PlotNavigator::isInside(const QPointF& position) const {
    return m_target->m_mainRect->rect().contains(position.toPoint()) && !m_target->isEmpty();
}

QRectF PlotNavigator::view() const {
    const QCPRange x = m_target->m_mainRect->axis(QCPAxis::atBottom)->range();
    const QCPRange y = m_target->m_mainRect->axis(QCPAxis::atLeft)->range();
    return {x.lower, y.lower, x.size(), y.size()};
}

void PlotNavigator::setView(const QRectF& view) {
    m_target->m_mainRect->axis(QCPAxis::atBottom)->setRange(view.left(), view.right());
    m_target->m_mainRect->axis(QCPAxis::atLeft)->setRange(view.top(), view.bottom());
    m_target->limitView();
    m_target->replotLater();
}

void PlotNavigator::remember() {
    if (m_views.empty() || m_views.back() != view())
        m_views.push_back(view());
    if (m_views.size() > rememberedViews)
        m_views.erase(m_views.begin());
}

void PlotNavigator::zoomBack() {
    if (m_views.empty())
        return;
    const QRectF back = m_views.back();
    m_views.pop_back();
    setView(back);
}

void PlotNavigator::reset() {
    remember();
    m_target->showAll();
    m_target->replotLater();
}

void PlotNavigator::zoom(double factor, const QPointF& centre, bool horizontal, bool vertical) {
    QCPAxis* x = m_target->m_mainRect->axis(QCPAxis::atBottom);
    QCPAxis* y = m_target->m_mainRect->axis(QCPAxis::atLeft);
    if (horizontal)
        x->scaleRange(factor, x->pixelToCoord(centre.x()));
    if (vertical)
        y->scaleRange(factor, y->pixelToCoord(centre.y()));
    m_target->limitView();
    m_target->replotLater();
}

void PlotNavigator::zoomTo(const QPointF& from, const QPointF& to) {
    QCPAxis* x = m_target->m_mainRect->axis(QCPAxis::atBottom);
    QCPAxis* y = m_target->m_mainRect->axis(QCPAxis::atLeft);
    remember();
    // A band that is thin in one direction zooms the other alone.
    constexpr double thin = 8;
    if (std::abs(to.x() - from.x()) >= thin) {
        QCPRange range(x->pixelToCoord(from.x()), x->pixelToCoord(to.x()));
        range.normalize();
        x->setRange(range);
    }
    if (std::abs(to.y() - from.y()) >= thin) {
        QCPRange range(y->pixelToCoord(from.y()), y->pixelToCoord(to.y()));
        range.normalize();
        y->setRange(range);
    }
    m_target->limitView();
    m_target->replotLater();
}

void PlotNavigator::pan(double pixelsRight, double pixelsDown) {
    QCPAxis* x = m_target->m_mainRect->axis(QCPAxis::atBottom);
    QCPAxis* y = m_target->m_mainRect->axis(QCPAxis::atLeft);
    x->setRange(shifted(x, pixelsRight));
    y->setRange(shifted(y, pixelsDown));
    m_target->limitView();
    m_target->replotLater();
}

void PlotNavigator::showBand() {
    auto* band = static_cast<Band*>(m_band);
    band->path = m_path;
    band->lasso = m_target->m_dragMode == DragMode::SelectLasso;
    band->colour = m_target->m_style.accent;
    band->setGeometry(m_target->m_plot->rect());
    band->setVisible(m_dragging);
    band->raise();
    band->update();
}

void PlotNavigator::press(const QMouseEvent& event) {
    Q_EMIT m_target->used();
    if (!isInside(event.position()))
        return;
    const bool pans =
        event.button() == Qt::MiddleButton ||
        (event.button() == Qt::LeftButton && event.modifiers().testFlag(Qt::ShiftModifier) &&
         m_target->m_dragMode == DragMode::Zoom);
    if (pans) {
        m_panning = true;
        remember();
    } else if (event.button() != Qt::LeftButton) {
        return;
    }
    m_path = {event.position()};
}

void PlotNavigator::move(const QMouseEvent& event) {
    if (m_path.empty()) {
        hover(event.position());
        return;
    }
    if (m_panning) {
        const QPointF step = event.position() - m_path.back();
        pan(step.x(), step.y());
        m_path.push_back(event.position());
        return;
    }
    const QRectF frame(m_target->m_mainRect->rect());
    const QPointF place(std::clamp(event.position().x(), frame.left(), frame.right()),
                        std::clamp(event.position().y(), frame.top(), frame.bottom()));
    if (!m_dragging &&
        (place - m_path.front()).manhattanLength() < QApplication::startDragDistance())
        return;
    m_dragging = true;
    if (m_target->m_dragMode == DragMode::SelectLasso)
        m_path.push_back(place);
    else
        m_path = {m_path.front(), place};
    showBand();
}

void PlotNavigator::release(const QMouseEvent& event) {
    if (m_path.empty())
        return;
    const std::vector<QPointF> path = std::exchange(m_path, {});
    const bool dragged = std::exchange(m_dragging, false);
    if (std::exchange(m_panning, false))
        return;
    showBand();
    if (!dragged)
        m_target->clicked(path.front(), event.modifiers());
    else if (m_target->m_dragMode == DragMode::Zoom)
        zoomTo(path.front(), path.back());
    else
        m_target->areaSelected(path, event.modifiers());
}

bool PlotNavigator::wheel(const QWheelEvent& event) {
    if (!isInside(event.position()))
        return false;
    const double turns = event.angleDelta().y() / 120.0;
    if (turns == 0)
        return false;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    if (now - m_lastWheel > wheelPause)
        remember();
    m_lastWheel = now;
    const bool horizontal = !event.modifiers().testFlag(Qt::ControlModifier);
    const bool vertical = !event.modifiers().testFlag(Qt::ShiftModifier);
    zoom(std::pow(0.8, turns), event.position(), horizontal, vertical);
    Q_EMIT m_target->used();
    return true;
}

bool PlotNavigator::key(const QKeyEvent& event) {
    const QPointF centre = QRectF(m_target->m_mainRect->rect()).center();
    const double step = m_target->m_mainRect->width() / 10.0;
    if (event.matches(QKeySequence::Copy)) {
        m_target->copyAsImage();
        return true;
    }
    switch (event.key()) {
    case Qt::Key_Backspace:
        zoomBack();
        return true;
    case Qt::Key_Home:
        reset();
        return true;
    case Qt::Key_Plus:
        remember();
        zoom(0.8, centre, true, true);
        return true;
    case Qt::Key_Minus:
        remember();
        zoom(1.25, centre, true, true);
        return true;
    case Qt::Key_Left:
        pan(step, 0);
        return true;
    case Qt::Key_Right:
        pan(-step, 0);
        return true;
    case Qt::Key_Up:
        pan(0, step);
        return true;
    case Qt::Key_Down:
        pan(0, -step);
        return true;
    default:
        return false;
    }
}

void PlotNavigator::hover(const QPointF& position) {
    if (isInside(position)) {
        m_inside = true;
        Q_EMIT m_target->hovered(m_target->hoverText(position));
    } else if (std::exchange(m_inside, false)) {
        m_target->left();
        Q_EMIT m_target->hovered({});
    }
}

bool PlotNavigator::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::MouseButtonPress:
        press(*static_cast<QMouseEvent*>(event));
        break;
    case QEvent::MouseMove:
        move(*static_cast<QMouseEvent*>(event));
        break;
    case QEvent::MouseButtonRelease:
        release(*static_cast<QMouseEvent*>(event));
        break;
    case QEvent::Wheel:
        return wheel(*static_cast<QWheelEvent*>(event));
    case QEvent::KeyPress:
        return key(*static_cast<QKeyEvent*>(event));
    case QEvent::Leave:
        hover({-1, -1});
        break;
    case QEvent::Resize:
        m_target->m_nothing->setGeometry(m_target->m_plot->rect());
        break;
    case QEvent::ContextMenu:
        m_target->openMenu(static_cast<QContextMenuEvent*>(event)->globalPos());
        return true;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace quantscope
