#include "views/plots/lane_styles.h"

#include "core/data/noise_floor.h"

#include <algorithm>
#include <array>

namespace quantscope {

namespace {

struct LaneColour {
    QColor light;
    QColor dark;
};

/// The Okabe–Ito colours that no example set has. Yellow is darkened on a light ground, and the
/// green and vermillion lightened on a dark one: as they are, lines in them cannot be seen there.
const std::array<LaneColour, 5>& laneColours() {
    static const std::array<LaneColour, 5> colours = {{
        {QColor(okabe_ito::bluishGreen), QColor(0x1F, 0xC2, 0x94)},
        {QColor(okabe_ito::reddishPurple), QColor(0xDB, 0x93, 0xBA)},
        {QColor(okabe_ito::skyBlue), QColor(0x7C, 0xC8, 0xF2)},
        {QColor(okabe_ito::vermillion), QColor(0xF0, 0x7A, 0x2B)},
        {QColor(0xB5, 0xA8, 0x00), QColor(okabe_ito::yellow)},
    }};
    return colours;
}

constexpr std::array<Qt::PenStyle, 4> lineStyles = {Qt::SolidLine, Qt::DashLine, Qt::DashDotLine,
                                                    Qt::DotLine};

} // namespace

LaneStyles::LaneStyles(std::vector<std::string> lanes) : m_lanes(std::move(lanes)) {
    // Both are neutral: neither is a method.
    std::erase(m_lanes, "reference");
    std::erase(m_lanes, noiseFloorLane);
}

RoleStyle LaneStyles::style(std::string_view role, const PlotStyle& theme) const {
    if (role == "d_large")
        return {theme.large};
    if (role == "d_ctrl")
        return {theme.control};
    if (role == "d_matched")
        return {theme.missing};
    if (role == "reference")
        return {theme.neutral, Qt::SolidLine, 0, 1.8};
    const auto found = std::find(m_lanes.begin(), m_lanes.end(), role);
    if (found == m_lanes.end())
        return {theme.mutedText};
    const auto index = static_cast<std::size_t>(found - m_lanes.begin());
    const LaneColour& colour = laneColours()[index % laneColours().size()];
    const std::size_t round = (index / laneColours().size()) % lineStyles.size();
    return {theme.dark ? colour.dark : colour.light, lineStyles[round], static_cast<int>(round)};
}

} // namespace quantscope
