#include "core/analysis/error_spread.h"

#include "core/analysis/resampled_sums.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

/// The sum where the errors have shares, else nothing measured.
double wholeOf(std::span<const double> errors) {
    if (errors.size() < 2 ||
        std::any_of(errors.begin(), errors.end(), [](double error) { return !(error >= 0); }))
        return notMeasured;
    const double whole = std::accumulate(errors.begin(), errors.end(), 0.0);
    return whole > 0 && std::isfinite(whole) ? whole : notMeasured;
}

using Measure = double (*)(std::span<const double>);

} // namespace

double normalisedEntropy(std::span<const double> errors) {
    const double whole = wholeOf(errors);
    if (std::isnan(whole))
        return notMeasured;
    double entropy = 0;
    for (const double error : errors)
        if (error > 0)
            entropy -= error / whole * std::log(error / whole);
    return entropy / std::log(static_cast<double>(errors.size()));
}

double giniCoefficient(std::span<const double> errors) {
    const double whole = wholeOf(errors);
    if (std::isnan(whole))
        return notMeasured;
    double differences = 0;
    for (const double a : errors)
        for (const double b : errors)
            differences += std::abs(a - b);
    return differences / (2 * static_cast<double>(errors.size()) * whole);
}

SpreadComparison compareSpread(const SessionView& view, const std::string& path,
                               const std::string& lane, const std::string& base,
                               const Resamples& resamples) {
    const std::size_t layers = view.layers();
    // For each lane a column a layer, and last how many examples were measured.
    std::vector<std::vector<double>> columns;
    for (const std::string& each : {lane, base}) {
        std::vector<double> counted(view.examples(), 0);
        for (std::size_t layer = 0; layer < layers; ++layer) {
            std::vector<double> values = view.row(path, each, layer);
            values.resize(view.examples(), notMeasured);
            std::transform(values.begin(), values.end(), counted.begin(), counted.begin(),
                           [](double value, double so) { return std::isnan(value) ? so : 1.0; });
            columns.push_back(std::move(values));
        }
        columns.push_back(std::move(counted));
    }
    // A layer that is not walked yet has no error rather than one of 0.
    std::vector<bool> measured;
    for (const std::vector<double>& column : columns)
        measured.push_back(std::any_of(column.begin(), column.end(),
                                       [](double value) { return !std::isnan(value); }));
    const ResampledSums sums(
        resamples, columns,
        affordableResamples(resamples.count(), resamples.units().count, columns.size()));
    const std::size_t step = layers + 1;
    const auto meanAt = [&](std::span<const double> of, std::size_t which, std::size_t layer) {
        const double count = of[which * step + layers];
        return measured[which * step + layer] && count > 0 ? of[which * step + layer] / count
                                                           : notMeasured;
    };
    const auto measure = [&](std::span<const double> of, std::size_t which, Measure function) {
        std::vector<double> means;
        for (std::size_t layer = 0; layer < layers; ++layer)
            means.push_back(meanAt(of, which, layer));
        return function(means);
    };
    SpreadComparison result;
    for (const std::size_t which : {0u, 1u}) {
        ErrorSpread& spread = which == 0 ? result.lane : result.base;
        for (std::size_t layer = 0; layer < layers; ++layer)
            spread.byLayer.push_back(sums.interval(
                [&](std::span<const double> of) { return meanAt(of, which, layer); }));
        spread.entropy = sums.interval(
            [&](std::span<const double> of) { return measure(of, which, normalisedEntropy); });
        spread.gini = sums.interval(
            [&](std::span<const double> of) { return measure(of, which, giniCoefficient); });
    }
    for (std::size_t layer = 0; layer < layers; ++layer)
        result.changeByLayer.push_back(sums.interval([&](std::span<const double> of) {
            const double error = meanAt(of, 1, layer);
            return error > 0 ? meanAt(of, 0, layer) / error - 1 : notMeasured;
        }));
    const auto difference = [&](Measure function) {
        return sums.interval([&](std::span<const double> of) {
            return measure(of, 0, function) - measure(of, 1, function);
        });
    };
    result.entropyDifference = difference(normalisedEntropy);
    result.giniDifference = difference(giniCoefficient);
    return result;
}

} // namespace quantscope
