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
