#pragma once

#include "views/plots/plot_style.h"

#include <qcustomplot.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace quantscope {

/// Which set a point belongs to, in drawing order: later ones lie on top.
enum class PointSet : std::uint8_t { Other, Control, Large };

/// The points of a scatter plot, shared between the widget and its plottable.
struct PointValues {
    std::vector<double> x; ///< NaN: not drawn
    std::vector<double> y;
    std::vector<PointSet> sets; ///< as long as x, or empty: all Other

    PointSet setOf(std::size_t point) const {
        return point < sets.size() ? sets[point] : PointSet::Other;
    }
};

/// Draws many points fast: marker masks are blended into one image (100,000 points in a few
/// milliseconds), and as discs where the target keeps vectors and there are few enough of them.
class PointsPlottable : public QCPAbstractPlottable {
public:
    PointsPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis);

    void setPoints(std::shared_ptr<const PointValues> points) { m_points = std::move(points); }
    void setStyle(const PlotStyle& style) { m_style = style; }
    void setSelected(std::vector<std::size_t> points) { m_selected = std::move(points); }
    void setPinned(std::vector<std::size_t> points) { m_pinned = std::move(points); }
    void setPrimary(std::optional<std::size_t> point) { m_primary = point; }

    QPointF pixel(std::size_t point) const;
    /// The point nearest to a place, within `reach` pixels.
    std::optional<std::size_t> nearest(const QPointF& position, double reach) const;
    /// The points inside a polygon in pixels.
    std::vector<std::size_t> inside(const QPolygonF& polygon) const;

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain domain) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain domain,
                           const QCPRange& keyRange) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

private:
    QColor colourOf(PointSet set) const;
    double radius() const;
    void drawImage(QCPPainter* painter, double density) const;
    void drawDiscs(QCPPainter* painter) const;
    void drawMarks(QCPPainter* painter) const;

    std::shared_ptr<const PointValues> m_points;
    std::vector<std::size_t> m_selected;
    std::vector<std::size_t> m_pinned;
    std::optional<std::size_t> m_primary;
    PlotStyle m_style;
};

} // namespace quantscope
