#include "core/analysis/resampled_sums.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Multiply-adds that take about a second on one core.
constexpr double affordableWork = 2e9;
constexpr std::size_t fewestResamples = 100;

Eigen::Index index(std::size_t value) { return static_cast<Eigen::Index>(value); }

/// Sums by unit, [unit, column].
RowMajor unitSums(const SamplingUnits& units, std::span<const std::vector<double>> columns) {
    RowMajor sums = RowMajor::Zero(index(units.count), index(columns.size()));
    for (std::size_t column = 0; column < columns.size(); ++column)
        for (std::size_t example = 0; example < columns[column].size(); ++example)
            if (!std::isnan(columns[column][example]))
                sums(index(units.unitOf[example]), index(column)) += columns[column][example];
    return sums;
}

/// How often each unit was drawn, [resample, unit].
RowMajor drawnUnits(const Resamples& resamples, std::size_t count) {
    const SamplingUnits& units = resamples.units();
    RowMajor drawn = RowMajor::Zero(index(count), index(units.count));
    for (std::size_t resample = 0; resample < count; ++resample) {
        const auto weights = resamples.weights(resample);
        for (std::size_t example = 0; example < weights.size(); ++example)
            drawn(index(resample), index(units.unitOf[example])) = weights[example];
    }
    return drawn;
}

} // namespace

ResampledSums::ResampledSums(const Resamples& resamples,
                             std::span<const std::vector<double>> columns, std::size_t count)
    : m_columns(columns.size())
    , m_resamples(std::min(count, resamples.count()))
    , m_sums((1 + m_resamples) * m_columns) {
    if (m_columns == 0)
        return;
    const RowMajor sums = unitSums(resamples.units(), columns);
    Eigen::Map<RowMajor> result(m_sums.data(), index(1 + m_resamples), index(m_columns));
    result.row(0) = sums.colwise().sum();
    if (m_resamples > 0)
        result.bottomRows(index(m_resamples)).noalias() = drawnUnits(resamples, m_resamples) * sums;
}

std::span<const double> ResampledSums::ofAll() const {
    return std::span(m_sums).subspan(0, m_columns);
}

std::span<const double> ResampledSums::ofResample(std::size_t resample) const {
    return std::span(m_sums).subspan((1 + resample) * m_columns, m_columns);
}

Interval
ResampledSums::interval(const std::function<double(std::span<const double>)>& statistic) const {
    std::vector<double> resampled(m_resamples);
    for (std::size_t resample = 0; resample < m_resamples; ++resample)
        resampled[resample] = statistic(ofResample(resample));
    return percentileInterval(statistic(ofAll()), resampled);
}

std::size_t affordableResamples(std::size_t wanted, std::size_t units, std::size_t columns) {
    const double work = std::max(1.0, static_cast<double>(units) * static_cast<double>(columns));
    const auto affordable = static_cast<std::size_t>(affordableWork / work);
    return std::min(wanted, std::max(affordable, fewestResamples));
}

std::vector<Interval> differencesOfMeans(std::span<const std::vector<double>> values,
                                         std::span<const std::size_t> first,
                                         std::span<const std::size_t> second,
                                         const Resamples& resamples) {
    // Four columns a quantity: sum and count in either set.
    std::vector<std::vector<double>> columns(4 * values.size());
    for (std::size_t quantity = 0; quantity < values.size(); ++quantity)
        for (std::size_t set : {0u, 1u}) {
            std::vector<double>& sum = columns[4 * quantity + 2 * set];
            std::vector<double>& members = columns[4 * quantity + 2 * set + 1];
            sum.assign(resamples.examples(), 0);
            members.assign(resamples.examples(), 0);
            for (const std::size_t example : set == 0 ? first : second)
                if (example < values[quantity].size() && !std::isnan(values[quantity][example])) {
                    sum[example] = values[quantity][example];
                    members[example] = 1;
                }
        }
    const ResampledSums sums(
        resamples, columns,
        affordableResamples(resamples.count(), resamples.units().count, columns.size()));
    std::vector<Interval> differences;
    for (std::size_t quantity = 0; quantity < values.size(); ++quantity)
        differences.push_back(sums.interval([at = 4 * quantity](std::span<const double> sum) {
            return sum[at + 1] > 0 && sum[at + 3] > 0
                       ? sum[at] / sum[at + 1] - sum[at + 2] / sum[at + 3]
                       : notMeasured;
        }));
    return differences;
}

} // namespace quantscope
