#pragma once

#include "views/plots/plot_style.h"

#include <QColor>

#include <string>
#include <string_view>
#include <vector>

namespace quantscope {

/// How everything of one role is drawn.
struct RoleStyle {
    QColor colour;
    Qt::PenStyle line = Qt::SolidLine;
    int round = 0;      ///< how many roles of this colour came before: lines across filled areas
    double width = 1.4; ///< in the style's units
};

/// The fixed look of lanes and example sets in all views. Orange is D_large and blue D_ctrl; lanes
/// take the other Okabe–Ito colours in the order of the study, and from the sixth on the same
/// colours again with another line, and with lines across filled areas. The reference is neutral.
class LaneStyles {
public:
    LaneStyles() = default;
    /// All lanes of the study in order, the reference among them or not.
    explicit LaneStyles(std::vector<std::string> lanes);

    const std::vector<std::string>& lanes() const { return m_lanes; }
    /// A lane's name, or "reference", "d_large", "d_ctrl", "d_matched", "all". Names that are
    /// not among the lanes get a neutral colour.
    RoleStyle style(std::string_view role, const PlotStyle& theme) const;

private:
    std::vector<std::string> m_lanes; ///< without the reference
};

} // namespace quantscope
