#include "core/analysis/resampled_correlations.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

using Columns = std::vector<std::vector<double>>;

bool hasValues(const std::vector<double>& column) {
    return std::any_of(column.begin(), column.end(),
                       [](double value) { return !std::isnan(value); });
}

std::vector<std::size_t> completeExamples(const Columns& columns, std::size_t examples) {
    std::vector<bool> complete(examples, true);
    for (const std::vector<double>& column : columns)
        if (column.size() == examples && hasValues(column))
            for (std::size_t example = 0; example < examples; ++example)
                complete[example] = complete[example] && !std::isnan(column[example]);
    std::vector<std::size_t> chosen;
    for (std::size_t example = 0; example < examples; ++example)
        if (complete[example])
            chosen.push_back(example);
    return chosen;
}

/// Sums of squares lose no digits when the values are small numbers about zero.
std::vector<double> standardize(const std::vector<double>& column,
                                const std::vector<std::size_t>& examples, std::size_t total) {
    if (column.size() != total || examples.size() < 2 || !hasValues(column))
        return {};
    const double count = static_cast<double>(examples.size());
    double sum = 0;
    for (const std::size_t example : examples)
        sum += column[example];
    double squares = 0;
    for (const std::size_t example : examples)
        squares += (column[example] - sum / count) * (column[example] - sum / count);
    if (!(squares > 0))
        return {};
    const double scale = 1 / std::sqrt(squares / count);
    std::vector<double> result(total, notMeasured);
    for (const std::size_t example : examples)
        result[example] = (column[example] - sum / count) * scale;
    return result;
}

std::vector<double> product(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> values(a.size());
    std::transform(a.begin(), a.end(), b.begin(), values.begin(), std::multiplies<>());
    return values;
}

Columns standardizeAll(const Columns& columns, const std::vector<std::size_t>& examples,
                       std::size_t total) {
    Columns result;
    for (const std::vector<double>& column : columns)
        result.push_back(standardize(column, examples, total));
    return result;
}

/// The columns of the sums: 1, then x and x² of each, then the products; says where they are.
Columns summedColumns(const Columns& columns, const std::vector<std::size_t>& examples,
                      std::size_t total, std::vector<ResampledCorrelations::Pair> pairs,
                      std::vector<std::size_t>& place, std::vector<std::size_t>& products) {
    const std::size_t count = columns.size();
    Columns summed = {std::vector<double>(total, notMeasured)};
    for (const std::size_t example : examples)
        summed.front()[example] = 1;
    place.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i)
        if (!columns[i].empty()) {
            place[i] = summed.size();
            summed.push_back(columns[i]);
            summed.push_back(product(columns[i], columns[i]));
        }
    if (pairs.empty())
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = i + 1; j < count; ++j)
                pairs.emplace_back(i, j);
    products.assign(count * count, 0);
    for (const auto& [i, j] : pairs)
        if (place[i] > 0 && place[j] > 0 && products[i * count + j] == 0) {
            products[i * count + j] = products[j * count + i] = summed.size();
            summed.push_back(product(columns[i], columns[j]));
        }
    return summed;
}

ResampledSums sumsOf(const Resamples& resamples, const Columns& summed) {
    return {resamples, summed,
            affordableResamples(resamples.count(), resamples.units().count, summed.size())};
}

} // namespace

ResampledCorrelations::ResampledCorrelations(const Resamples& resamples,
                                             std::vector<std::vector<double>> columns,
                                             std::vector<Pair> pairs)
    : m_examples(completeExamples(columns, resamples.examples()))
    , m_columns(standardizeAll(columns, m_examples, resamples.examples()))
    , m_sums(sumsOf(resamples, summedColumns(m_columns, m_examples, resamples.examples(),
                                             std::move(pairs), m_place, m_product))) {}

double ResampledCorrelations::rho(std::span<const double> sums, std::size_t i,
                                  std::size_t j) const {
    const std::size_t both = m_product[i * m_columns.size() + j];
    if (i == j && m_place[i] > 0)
        return 1;
    if (both == 0)
        return notMeasured;
    const auto variance = [&](std::size_t place) {
        return sums[place + 1] - sums[place] * sums[place] / sums[0];
    };
    const double ofI = variance(m_place[i]);
    const double ofJ = variance(m_place[j]);
    // What cancels to nothing has no correlation: all draws were equal.
    if (!(ofI > 1e-12 * sums[m_place[i] + 1]) || !(ofJ > 1e-12 * sums[m_place[j] + 1]))
        return notMeasured;
    const double covariance = sums[both] - sums[m_place[i]] * sums[m_place[j]] / sums[0];
    return std::clamp(covariance / std::sqrt(ofI * ofJ), -1.0, 1.0);
}

Interval
ResampledCorrelations::interval(const std::function<double(const Correlations&)>& statistic) const {
    return m_sums.interval([&](std::span<const double> sums) {
        return statistic([this, sums](std::size_t i, std::size_t j) { return rho(sums, i, j); });
    });
}

Interval ResampledCorrelations::correlation(std::size_t i, std::size_t j) const {
    return m_sums.interval([=, this](std::span<const double> sums) { return rho(sums, i, j); });
}

} // namespace quantscope
