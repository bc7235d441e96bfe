#pragma once

#include "core/analysis/session_view.h"
#include "core/comparison/metric.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

/// A metric that is f(Σ numerators / Σ denominators) over examples.
struct RatioColumns {
    std::vector<double> numerators; ///< by matched example; what was not measured is 0 in both
    std::vector<double> denominators;
    double (*map)(double) = nullptr; ///< f; null: the ratio itself
};

/// Values in ascending order, each of one matched example: what quantiles and worst tenths of
/// resampled examples are read from.
struct RankedValues {
    std::vector<double> values;
    std::vector<std::uint32_t> examples; ///< place among the matched examples

    /// The quantile of the values where each stands as often as its example's weight says, by
    /// linear interpolation between order statistics. NaN without any.
    double quantile(double percent, std::span<const std::uint16_t> weights) const;
    /// Mean of the ⌊W/10⌋ largest (at least one) of the W values that the weights make.
    double worstTenth(std::span<const std::uint16_t> weights) const;
};

/// What metrics of one lane of one session are made of, over the matched examples.
class LaneValues {
public:
    /// @param examples  matched examples by their index in the session
    LaneValues(const SessionView& view, const std::string& lane, std::vector<std::size_t> examples);

    /// Nothing for metrics that are no ratios or were not measured.
    std::optional<RatioColumns> ratio(const Metric& metric) const;
    /// Of KL percentiles, its maximum and worst tenths; empty where not measured.
    /// @param members  by matched example: whether it counts
    RankedValues ranked(const Metric& metric, const std::vector<bool>& members) const;

private:
    std::vector<double> byExample(const char* path, const std::string& lane) const;
    std::vector<double> tokens(const char* path, const std::string& lane) const;
    RatioColumns tokenMean(const std::vector<double>& values) const;
    std::optional<RatioColumns> meanOfTokens(const char* path) const;
    std::optional<RatioColumns> squaredChange() const;

    const SessionView& m_view;
    std::string m_lane;
    std::vector<std::size_t> m_examples;
};

} // namespace quantscope
