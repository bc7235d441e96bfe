#pragma once

#include "core/analysis/bootstrap.h"

#include <functional>
#include <span>
#include <vector>

namespace quantscope {

/// Sums over examples of many columns at once, of all examples and of every resample. What is a
/// function of sums (a mean, a ratio, a difference of means, a correlation) gets its interval from
/// them: one pass over the data serves every statistic.
class ResampledSums {
public:
    /// @param columns  values by example, each as long as the resamples' examples; NaN adds nothing
    /// @param count    resamples used, the first ones; as many as there are by default
    ResampledSums(const Resamples& resamples, std::span<const std::vector<double>> columns,
                  std::size_t count = SIZE_MAX);

    std::size_t columns() const { return m_columns; }
    std::size_t resamples() const { return m_resamples; }

    /// One sum a column.
    std::span<const double> ofAll() const;
    std::span<const double> ofResample(std::size_t resample) const;

    /// Percentile interval of a statistic of the sums.
    Interval interval(const std::function<double(std::span<const double>)>& statistic) const;

private:
    std::size_t m_columns;
    std::size_t m_resamples;
    std::vector<double> m_sums; ///< [1 + resample, column], all examples first
};

/// How many of the resamples wanted a second or so allows for this many columns: at least 100.
std::size_t affordableResamples(std::size_t wanted, std::size_t units, std::size_t columns);

/// Mean over `first` less the mean over `second` (examples), documents resampled as a whole, so
/// that a document which has examples in both sets counts in both.
/// @param values  columns by example; one interval each
std::vector<Interval> differencesOfMeans(std::span<const std::vector<double>> values,
                                         std::span<const std::size_t> first,
                                         std::span<const std::size_t> second,
                                         const Resamples& resamples);

} // namespace quantscope
