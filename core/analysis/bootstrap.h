#pragma once

#include "core/analysis/sampling_units.h"
#include "core/data/pages/common.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace quantscope {

/// Bootstrap by document: windows of one document are not independent, so whole documents are
/// drawn with replacement, as many as there are. Where all examples are of one document its
/// windows are drawn instead (isByDocument() tells). Draws are seeded and the same everywhere.
/// Intervals are percentile intervals, 2.5 % to 97.5 %, with linear interpolation.
class Resamples {
public:
    /// @param documents  document of each example
    Resamples(std::span<const std::int32_t> documents, std::size_t count = 1000,
              std::uint64_t seed = 0);

    std::size_t count() const { return m_count; }
    std::size_t examples() const { return m_examples; }
    bool isByDocument() const { return m_units.byDocument; }
    const SamplingUnits& units() const { return m_units; }

    /// How often each example is in one resample.
    std::span<const std::uint16_t> weights(std::size_t resample) const;

private:
    std::size_t m_count;
    std::size_t m_examples;
    SamplingUnits m_units;
    std::vector<std::uint16_t> m_weights; ///< [resample, example]
};

/// The value of all examples and the 2.5 % and 97.5 % points of the resamples' values. NaN among
/// the latter are left out; when that is more than half of them there is no interval.
Interval percentileInterval(double value, std::span<const double> resampled);

/// Interval of any statistic of weighted examples. Resamples where it is NaN are left out; when
/// that is more than half of them there is no interval.
Interval bootstrap(const Resamples& resamples,
                   const std::function<double(std::span<const std::uint16_t>)>& statistic);

/// Mean over examples; NaN left out.
Interval meanInterval(std::span<const double> values, const Resamples& resamples);

/// Σ numerators / Σ denominators, both of the same resample; examples with a NaN left out.
Interval ratioInterval(std::span<const double> numerators, std::span<const double> denominators,
                       const Resamples& resamples);

Interval pearsonInterval(std::span<const double> x, std::span<const double> y,
                         const Resamples& resamples);
Interval spearmanInterval(std::span<const double> x, std::span<const double> y,
                          const Resamples& resamples);

} // namespace quantscope
