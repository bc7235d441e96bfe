#pragma once

#include "core/data/pages/column_groups.h"
#include "views/plots/lane_styles.h"

#include <qcustomplot.h>

#include <vector>

namespace quantscope {

/// Brackets above a map over columns that belong together, each with its group's name, and lines
/// between the groups.
class ColumnBrackets : public QCPLayerable {
public:
    explicit ColumnBrackets(QCPAxis* columns);

    void setGroups(std::vector<ColumnGroup> groups) { m_groups = std::move(groups); }
    void setStyle(const PlotStyle& style) { m_style = style; }

    /// The room that they need above the map, in pixels; 0 without groups.
    int height() const;

    /// A bracket in the pixels of the axis.
    struct Bracket {
        std::size_t group = 0;
        double left = 0;
        double right = 0;
        QString name; ///< as written; empty where there is no room for it
        double nameLeft = 0;
    };
    /// The brackets of the groups in view. One too narrow to be seen is left out; a name that is
    /// wider than its bracket reaches into room that no other name needs, or loses its end.
    static std::vector<Bracket> brackets(const std::vector<ColumnGroup>& groups,
                                         const QCPRange& columns, double left, double right,
                                         const QFontMetricsF& metrics);

protected:
    void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
    void draw(QCPPainter* painter) override;

private:
    void drawBetween(QCPPainter* painter) const;

    QCPAxis* m_columns;
    std::vector<ColumnGroup> m_groups;
    PlotStyle m_style;
    LaneStyles m_colours; ///< of sets alone: groups are no lanes
};

} // namespace quantscope
