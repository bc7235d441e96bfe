#pragma once

#include <array>
#include <string>
#include <string_view>

namespace quantscope {

/// What a layer can be looked at as a whole, and what can be left out of it.
enum class DepthUnit { Attention, Mlp, Block };

inline constexpr std::array allDepthUnits = {DepthUnit::Attention, DepthUnit::Mlp,
                                             DepthUnit::Block};

/// The name in sessions: "attention", "mlp", "block".
constexpr std::string_view depthUnitName(DepthUnit unit) {
    constexpr std::array<std::string_view, 3> names = {"attention", "mlp", "block"};
    return names[static_cast<std::size_t>(unit)];
}

/// "/depth/UNIT/NAME"
inline std::string depthPath(DepthUnit unit, std::string_view name) {
    return "/depth/" + std::string(depthUnitName(unit)) + "/" + std::string(name);
}

} // namespace quantscope
