#include "core/analysis/correlation_grid.h"

#include "core/analysis/resampled_correlations.h"
#include "core/analysis/statistics.h"
#include "core/data/hash.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

using Columns = std::span<const std::vector<double>>;

constexpr double bandShare = .95;
constexpr double affordablePermutationWork = 2e9; ///< multiply-adds, about a second
constexpr std::size_t fewestPermutations = 100;

/// [example, column], complete examples only; 0 in columns that are empty, which then correlate
/// with nothing.
Eigen::MatrixXd asMatrix(Columns columns, const std::vector<std::size_t>& examples) {
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(examples.size()),
                                                   static_cast<Eigen::Index>(columns.size()));
    for (std::size_t column = 0; column < columns.size(); ++column)
        for (std::size_t row = 0; row < examples.size() && !columns[column].empty(); ++row)
            matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column)) =
                columns[column][examples[row]];
    return matrix;
}

/// Examples (by their place among the complete ones), documents end to end.
std::vector<std::size_t> endToEnd(const std::vector<std::vector<std::size_t>>& members,
                                  const std::vector<std::size_t>& order) {
    std::vector<std::size_t> places;
    for (const std::size_t unit : order)
        places.insert(places.end(), members[unit].begin(), members[unit].end());
    return places;
}

void addBand(CorrelationGrid& grid, Columns x, Columns y, const std::vector<std::size_t>& examples,
             const SamplingUnits& allUnits, const PermutationOptions& permutations, bool paired) {
    const Eigen::MatrixXd predictors = asMatrix(x, examples); // [example, x]
    const Eigen::MatrixXd outcomes = asMatrix(y, examples);   // [example, y]
    if (predictors.isZero() || outcomes.isZero() || examples.size() < 3)
        return;
    const double work =
        static_cast<double>(predictors.size()) * (paired ? 1 : double(outcomes.cols()));
    grid.permutations = std::min(
        permutations.count,
        std::max(static_cast<std::size_t>(affordablePermutationWork / work), fewestPermutations));
    std::vector<std::int32_t> unitOfExample;
    for (const std::size_t example : examples)
        unitOfExample.push_back(static_cast<std::int32_t>(allUnits.unitOf[example]));
    const SamplingUnits units(unitOfExample);
    const std::vector<std::vector<std::size_t>> members = units.members();
    std::vector<std::size_t> inOrder(units.count);
    std::iota(inOrder.begin(), inOrder.end(), std::size_t{0});
    const std::vector<std::size_t> target = endToEnd(members, inOrder);
    Eigen::MatrixXd shuffled(outcomes.rows(), outcomes.cols());
    std::vector<double> largest;
    for (std::size_t permutation = 0; permutation < grid.permutations; ++permutation) {
        const std::uint64_t seed = mixBits(mixBits(permutations.seed) + permutation);
        const std::vector<std::size_t> source =
            endToEnd(members, shuffledNumbers(units.count, seed));
        for (std::size_t place = 0; place < target.size(); ++place)
            shuffled.row(static_cast<Eigen::Index>(target[place])) =
                outcomes.row(static_cast<Eigen::Index>(source[place]));
        const double most =
            paired ? predictors.cwiseProduct(shuffled).colwise().sum().cwiseAbs().maxCoeff()
                   : (predictors.transpose() * shuffled).eval().cwiseAbs().maxCoeff();
        largest.push_back(most / static_cast<double>(examples.size()));
    }
    grid.band = quantile(largest, bandShare);
}

CorrelationGrid makeGrid(Columns x, Columns y, const Resamples& resamples,
                         const PermutationOptions& permutations, bool paired) {
    CorrelationGrid grid;
    grid.rows = x.size();
    grid.columns = paired ? 1 : y.size();
    std::vector<std::vector<double>> columns(x.begin(), x.end());
    columns.insert(columns.end(), y.begin(), y.end());
    std::vector<ResampledCorrelations::Pair> pairs;
    for (std::size_t i = 0; i < x.size(); ++i)
        for (std::size_t j = paired ? i : 0; j < (paired ? i + 1 : y.size()); ++j)
            pairs.emplace_back(i, x.size() + j);
    if (pairs.empty())
        return grid;
    const ResampledCorrelations correlations(resamples, std::move(columns), pairs);
    grid.examples = correlations.examples().size();
    grid.resamples = correlations.resamples();
    for (const auto& [i, j] : pairs)
        grid.values.push_back(correlations.correlation(i, j));
    if (permutations.count > 0) {
        const Columns standard = correlations.standardized();
        addBand(grid, standard.first(x.size()), standard.subspan(x.size()), correlations.examples(),
                resamples.units(), permutations, paired);
    }
    return grid;
}

std::vector<double> picked(std::span<const double> values, const std::vector<std::size_t>& places) {
    std::vector<double> result;
    for (const std::size_t place : places)
        result.push_back(place < values.size() ? values[place] : notMeasured);
    return result;
}

} // namespace

CorrelationGrid correlationGrid(Columns x, Columns y, const Resamples& resamples,
                                const PermutationOptions& permutations) {
    return makeGrid(x, y, resamples, permutations, false);
}

CorrelationGrid pairedCorrelations(Columns x, Columns y, const Resamples& resamples,
                                   const PermutationOptions& permutations) {
    return makeGrid(x, y, resamples, permutations, true);
}

std::vector<PickedCorrelation> pickedOnHalves(Columns x, std::span<const double> y,
                                              std::span<const std::int32_t> documents,
                                              std::size_t resamples, std::uint64_t seed) {
    std::vector<std::size_t> halves[2];
    const std::vector<std::size_t> half = foldsOf(SamplingUnits(documents), 2, seed);
    for (std::size_t example = 0; example < std::min(half.size(), y.size()); ++example)
        if (!std::isnan(y[example]))
            halves[half[example]].push_back(example);
    std::vector<PickedCorrelation> results;
    if (halves[0].size() < 3 || halves[1].size() < 3)
        return results;
    for (const std::size_t own : {std::size_t{0}, std::size_t{1}}) {
        const std::vector<std::size_t>& other = halves[1 - own];
        const std::vector<double> outcome = picked(y, halves[own]);
        PickedCorrelation result;
        for (std::size_t candidate = 0; candidate < x.size(); ++candidate) {
            const double rho = pearson(picked(x[candidate], halves[own]), outcome);
            if (!std::isnan(rho) && !(std::abs(rho) <= std::abs(result.picked))) { // also from NaN
                result.picked = rho;
                result.x = candidate;
            }
        }
        if (std::isnan(result.picked))
            continue;
        std::vector<std::int32_t> otherDocuments;
        for (const std::size_t example : other)
            otherDocuments.push_back(documents[example]);
        result.reported = pearsonInterval(picked(x[result.x], other), picked(y, other),
                                          Resamples(otherDocuments, resamples, seed));
        results.push_back(result);
    }
    return results;
}

} // namespace quantscope
