#include "views/plots/colour_scale.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace quantscope {

namespace {

/// The value below which `percent` of the values lie, with linear interpolation between ranks.
double percentile(std::vector<float>& values, double percent) {
    const double place =
        std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(values.size() - 1);
    const auto index = static_cast<std::ptrdiff_t>(place);
    std::nth_element(values.begin(), values.begin() + index, values.end());
    const double low = values[static_cast<std::size_t>(index)];
    if (static_cast<std::size_t>(index) + 1 >= values.size())
        return low;
    const double high = *std::min_element(values.begin() + index + 1, values.end());
    return std::lerp(low, high, place - static_cast<double>(index));
}

} // namespace

ColourScale::ColourScale(ScaleKind kind, double lower, double upper)
    : m_kind(kind)
    , m_lower(lower)
    , m_upper(upper) {
    if (!std::isfinite(m_lower) || !std::isfinite(m_upper)) {
        m_lower = kind == ScaleKind::Logarithmic ? 1 : 0;
        m_upper = m_lower + 1;
    }
    if (kind == ScaleKind::Symmetric) {
        m_upper = std::max(std::abs(m_lower), std::abs(m_upper));
        if (m_upper == 0)
            m_upper = 1;
        m_lower = -m_upper;
    } else if (kind == ScaleKind::Logarithmic) {
        m_lower = m_lower > 0 ? m_lower : 1e-12;
        if (m_upper <= m_lower)
            m_upper = m_lower * 10;
        m_lowerLogarithm = std::log(m_lower);
        m_logarithmRange = std::log(m_upper) - m_lowerLogarithm;
    } else if (m_upper <= m_lower) {
        const double half = m_lower == 0 ? 0.5 : std::abs(m_lower) * 0.05;
        m_upper = m_lower + half;
        m_lower -= half;
    }
}

ColourScale ColourScale::fitted(ScaleKind kind, std::span<const float> values,
                                PercentileLimits limits) {
    std::vector<float> finite;
    finite.reserve(values.size());
    for (const float value : values) {
        if (std::isfinite(value) && (kind != ScaleKind::Logarithmic || value > 0))
            finite.push_back(value);
    }
    if (finite.empty())
        return {kind, std::numeric_limits<double>::quiet_NaN(),
                std::numeric_limits<double>::quiet_NaN()};
    const double lower = percentile(finite, limits.low);
    const double upper = percentile(finite, limits.high);
    return {kind, lower, upper};
}

double ColourScale::position(double value) const {
    if (std::isnan(value))
        return value;
    if (m_kind == ScaleKind::Logarithmic) {
        if (value <= m_lower)
            return 0;
        return std::min(1.0, (std::log(value) - m_lowerLogarithm) / m_logarithmRange);
    }
    return std::clamp((value - m_lower) / (m_upper - m_lower), 0.0, 1.0);
}

} // namespace quantscope
