#pragma once

#include "views/plots/colour_maps.h"

#include <span>

namespace quantscope {

enum class ScaleKind {
    Linear,
    Logarithmic, ///< positive values only; the others are drawn as the lowest
    Symmetric,   ///< linear, with limits ±the larger one, for a map centred on zero
};

/// Limits that cut off the lowest and highest shares of the values, in percent.
struct PercentileLimits {
    double low = 1;
    double high = 99;

    bool operator==(const PercentileLimits&) const = default;
};

/// How values become positions on a colour map.
class ColourScale {
public:
    ColourScale() = default;
    /// Limits given outright; an empty or reversed range becomes one around the lower limit.
    ColourScale(ScaleKind kind, double lower, double upper);
    /// Limits from the finite values (for a logarithmic scale the positive ones).
    static ColourScale fitted(ScaleKind kind, std::span<const float> values,
                              PercentileLimits limits = {});

    ScaleKind kind() const { return m_kind; }
    double lower() const { return m_lower; }
    double upper() const { return m_upper; }

    /// 0 … 1, clamped; NaN for NaN.
    double position(double value) const;

private:
    ScaleKind m_kind = ScaleKind::Linear;
    double m_lower = 0;
    double m_upper = 1;
    double m_lowerLogarithm = 0;
    double m_logarithmRange = 1;
};

} // namespace quantscope
