#pragma once

#include "core/analysis/resampled_sums.h"

#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace quantscope {

/// Pearson's correlations between columns of values by example, of all examples and of every
/// resample, so that whatever is made of several correlations (corrected for reliability, partial,
/// indirect effects) gets an interval in which they vary together.
class ResampledCorrelations {
public:
    using Pair = std::pair<std::size_t, std::size_t>;

    /// Examples that lack a value in one of the columns are left out of all pairs; a column
    /// without any value does not count in that and has no correlations.
    /// @param pairs  that will be asked for, in either order; empty: all
    ResampledCorrelations(const Resamples& resamples, std::vector<std::vector<double>> columns,
                          std::vector<Pair> pairs = {});

    /// Examples with every value.
    const std::vector<std::size_t>& examples() const { return m_examples; }
    std::size_t resamples() const { return m_sums.resamples(); }
    /// The columns at mean 0 and variance 1 over those examples, NaN elsewhere; empty where a
    /// column does not vary.
    const std::vector<std::vector<double>>& standardized() const { return m_columns; }

    /// ρ(i, j) of one sample; 1 for i = j, NaN for a pair that was not named or does not vary.
    using Correlations = std::function<double(std::size_t, std::size_t)>;

    /// Percentile interval of a statistic of the correlations.
    Interval interval(const std::function<double(const Correlations&)>& statistic) const;
    Interval correlation(std::size_t i, std::size_t j) const;

private:
    double rho(std::span<const double> sums, std::size_t i, std::size_t j) const;

    std::vector<std::size_t> m_examples;
    std::vector<std::vector<double>> m_columns;
    std::vector<std::size_t> m_place;   ///< of x in the sums, x² behind it; 0: none
    std::vector<std::size_t> m_product; ///< [i, j] of xy in the sums; 0: none
    ResampledSums m_sums;
};

} // namespace quantscope
