#include "core/analysis/explanations.h"

#include "core/analysis/resampled_correlations.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

using Rho = ResampledCorrelations::Correlations;

/// Standardized slopes of `target` on `predictors`, in their order; empty where they do not
/// determine them.
std::vector<double> slopes(const Rho& rho, const std::vector<std::size_t>& predictors,
                           std::size_t target) {
    const auto count = static_cast<Eigen::Index>(predictors.size());
    Eigen::MatrixXd between(count, count);
    Eigen::VectorXd withTarget(count);
    for (Eigen::Index i = 0; i < count; ++i) {
        withTarget(i) = rho(predictors[static_cast<std::size_t>(i)], target);
        for (Eigen::Index j = 0; j < count; ++j)
            between(i, j) = rho(predictors[static_cast<std::size_t>(i)],
                                predictors[static_cast<std::size_t>(j)]);
    }
    if (!between.allFinite() || !withTarget.allFinite())
        return {};
    const Eigen::FullPivLU<Eigen::MatrixXd> solver(between);
    if (!solver.isInvertible())
        return {};
    const Eigen::VectorXd solution = solver.solve(withTarget);
    return {solution.data(), solution.data() + solution.size()};
}

bool hasValues(const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(),
                       [](double value) { return !std::isnan(value); });
}

} // namespace

double partialCorrelation(double xy, double xz, double yz) {
    const double left = (1 - xz * xz) * (1 - yz * yz);
    return left > 1e-12 ? (xy - xz * yz) / std::sqrt(left) : notMeasured;
}

std::vector<Interval> partialCorrelations(std::span<const std::vector<double>> x,
                                          const std::vector<double>& y,
                                          const std::vector<double>& z,
                                          const Resamples& resamples) {
    std::vector<std::vector<double>> columns(x.begin(), x.end());
    const std::size_t placeY = columns.size();
    const std::size_t placeZ = placeY + 1;
    columns.push_back(y);
    columns.push_back(z);
    std::vector<ResampledCorrelations::Pair> pairs = {{placeY, placeZ}};
    for (std::size_t i = 0; i < x.size(); ++i) {
        pairs.emplace_back(i, placeY);
        pairs.emplace_back(i, placeZ);
    }
    const ResampledCorrelations correlations(resamples, std::move(columns), std::move(pairs));
    std::vector<Interval> partial;
    for (std::size_t i = 0; i < x.size(); ++i)
        partial.push_back(correlations.interval([&](const Rho& rho) {
            return partialCorrelation(rho(i, placeY), rho(i, placeZ), rho(placeY, placeZ));
        }));
    return partial;
}

Mediation mediate(const std::vector<double>& cause, const std::vector<MediatorColumn>& mediators,
                  const std::vector<double>& outcome, const Resamples& resamples) {
    Mediation mediation;
    // Column 0 is the cause, then the mediators in their order, the outcome last.
    std::vector<std::vector<double>> columns = {cause};
    for (const MediatorColumn& mediator : mediators)
        if (hasValues(mediator.values)) {
            mediation.paths.push_back({mediator.name, {}, {}, {}});
            columns.push_back(mediator.values);
        }
    const std::size_t last = columns.size();
    columns.push_back(outcome);
    if (!hasValues(cause) || !hasValues(outcome))
        return mediation;
    const ResampledCorrelations correlations(resamples, std::move(columns));
    mediation.examples = correlations.examples().size();
    std::vector<std::size_t> before;
    for (std::size_t place = 0; place < last; ++place)
        before.push_back(place);
    const auto slopeOn = [&](const Rho& rho, std::size_t predictor) {
        const std::vector<double> all = slopes(rho, before, last);
        return all.empty() ? notMeasured : all[predictor];
    };
    for (std::size_t place = 1; place < last; ++place) {
        Mediation::Path& path = mediation.paths[place - 1];
        path.fromCause = correlations.correlation(0, place);
        path.toOutcome = correlations.interval([&](const Rho& rho) { return slopeOn(rho, place); });
        path.indirect = correlations.interval(
            [&](const Rho& rho) { return rho(0, place) * slopeOn(rho, place); });
    }
    mediation.total = correlations.correlation(0, last);
    mediation.direct = correlations.interval([&](const Rho& rho) { return slopeOn(rho, 0); });
    mediation.chain = correlations.interval([&](const Rho& rho) {
        double effect = 1;
        for (std::size_t place = 1; place <= last; ++place) {
            const std::vector<double> step =
                slopes(rho,
                       std::vector<std::size_t>(
                           before.begin(), before.begin() + static_cast<std::ptrdiff_t>(place)),
                       place);
            effect *= step.empty() ? notMeasured : step.back();
        }
        return effect;
    });
    return mediation;
}

} // namespace quantscope
