#include "core/analysis/ridge.h"

#include "core/analysis/sampling_units.h"
#include "core/analysis/statistics.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

using Examples = std::vector<std::size_t>;

Eigen::Index index(std::size_t value) { return static_cast<Eigen::Index>(value); }

/// Mean and population standard deviation of each predictor over the training examples.
struct Scaling {
    std::vector<double> centre;
    std::vector<double> scale; ///< 0: left out

    Scaling(const PredictorColumns& predictors, std::span<const std::size_t> training) {
        const double count = static_cast<double>(training.size());
        for (const std::vector<double>& column : predictors) {
            double sum = 0;
            for (const std::size_t example : training)
                sum += column[example];
            const double mean = sum / count;
            double squares = 0;
            for (const std::size_t example : training)
                squares += (column[example] - mean) * (column[example] - mean);
            const double deviation = std::sqrt(squares / count);
            centre.push_back(mean);
            scale.push_back(deviation > 1e-12 * std::abs(mean) ? 1 / deviation : 0);
        }
    }
};

/// [example, predictor], standardized.
Eigen::MatrixXd design(const PredictorColumns& predictors, std::span<const std::size_t> examples,
                       const Scaling& scaling) {
    Eigen::MatrixXd matrix(index(examples.size()), index(predictors.size()));
    for (std::size_t column = 0; column < predictors.size(); ++column)
        for (std::size_t row = 0; row < examples.size(); ++row)
            matrix(index(row), index(column)) =
                (predictors[column][examples[row]] - scaling.centre[column]) *
                scaling.scale[column];
    return matrix;
}

double meanOf(std::span<const double> values, std::span<const std::size_t> examples) {
    double sum = 0;
    for (const std::size_t example : examples)
        sum += values[example];
    return sum / static_cast<double>(examples.size());
}

/// Examples whose unit is dealt to `fold` or not, in the order `units` are in.
struct Split {
    Examples training;
    Examples test;
};

/// Folds of some units (by their place in the shuffled order, dealt out in turn).
std::vector<Split> splits(const std::vector<std::vector<std::size_t>>& members,
                          const std::vector<std::size_t>& units, std::size_t folds) {
    std::vector<Split> all(folds);
    for (std::size_t place = 0; place < units.size(); ++place)
        for (std::size_t fold = 0; fold < folds; ++fold) {
            Examples& part = place % folds == fold ? all[fold].test : all[fold].training;
            part.insert(part.end(), members[units[place]].begin(), members[units[place]].end());
        }
    for (Split& split : all) {
        std::sort(split.training.begin(), split.training.end());
        std::sort(split.test.begin(), split.test.end());
    }
    return all;
}

/// The outer folds with the units of their training parts.
template <typename Predict>
OutOfFold leaveOut(std::span<const double> outcome, std::span<const std::int32_t> documents,
                   const CrossValidationOptions& options, Predict predict) {
    OutOfFold result;
    const SamplingUnits units(documents);
    if (units.count < options.outerFolds || units.count < 2 * options.innerFolds)
        return result;
    const auto members = units.members();
    const std::vector<std::size_t> order = shuffledNumbers(units.count, options.seed);
    const std::vector<Split> outer = splits(members, order, options.outerFolds);
    result.predicted.assign(outcome.size(), 0);
    result.base.assign(outcome.size(), 0);
    result.fold.assign(outcome.size(), 0);
    for (std::size_t fold = 0; fold < outer.size(); ++fold) {
        std::vector<std::size_t> trainingUnits;
        for (std::size_t place = 0; place < order.size(); ++place)
            if (place % options.outerFolds != fold)
                trainingUnits.push_back(order[place]);
        const Split& split = outer[fold];
        const std::vector<double> values =
            predict(split, splits(members, trainingUnits, options.innerFolds), result);
        const double base = meanOf(outcome, split.training);
        for (std::size_t place = 0; place < split.test.size(); ++place) {
            result.predicted[split.test[place]] = values[place];
            result.base[split.test[place]] = base;
            result.fold[split.test[place]] = fold;
        }
    }
    return result;
}

double choosePenalty(const PredictorColumns& predictors, std::span<const double> outcome,
                     const std::vector<Split>& inner) {
    const std::vector<double>& penalties = ridgePenalties();
    std::vector<double> squares(penalties.size(), 0);
    for (const Split& split : inner) {
        const auto predicted =
            ridgePredictions(predictors, outcome, split.training, split.test, penalties);
        for (std::size_t penalty = 0; penalty < penalties.size(); ++penalty)
            for (std::size_t place = 0; place < split.test.size(); ++place) {
                const double miss = predicted[penalty][place] - outcome[split.test[place]];
                squares[penalty] += miss * miss;
            }
    }
    const auto best = std::min_element(squares.begin(), squares.end());
    return penalties[static_cast<std::size_t>(best - squares.begin())];
}

std::vector<double> at(std::span<const double> values, const Examples& examples) {
    std::vector<double> picked;
    for (const std::size_t example : examples)
        picked.push_back(values[example]);
    return picked;
}

/// Share of the sorted values below, equal ones half.
double rankAmong(const std::vector<double>& sorted, double value) {
    const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
    return (static_cast<double>(low - sorted.begin()) +
            static_cast<double>(high - sorted.begin())) /
           2 / static_cast<double>(sorted.size());
}

} // namespace

const std::vector<double>& ridgePenalties() {
    static const std::vector<double> penalties = [] {
        std::vector<double> all;
        for (int half = -8; half <= 6; ++half)
            all.push_back(std::pow(10.0, half / 2.0));
        return all;
    }();
    return penalties;
}

std::vector<std::vector<double>> ridgePredictions(const PredictorColumns& predictors,
                                                  std::span<const double> outcome,
                                                  std::span<const std::size_t> training,
                                                  std::span<const std::size_t> test,
                                                  std::span<const double> penalties) {
    const Scaling scaling(predictors, training);
    const Eigen::MatrixXd known = design(predictors, training, scaling);
    const Eigen::MatrixXd asked = design(predictors, test, scaling);
    const double base = meanOf(outcome, training);
    Eigen::VectorXd centred(index(training.size()));
    for (std::size_t row = 0; row < training.size(); ++row)
        centred(index(row)) = outcome[training[row]] - base;
    const Eigen::MatrixXd gram = known.transpose() * known;
    const Eigen::VectorXd products = known.transpose() * centred;
    std::vector<std::vector<double>> predictions;
    for (const double penalty : penalties) {
        Eigen::MatrixXd penalised = gram;
        penalised.diagonal().array() += penalty * static_cast<double>(training.size());
        const Eigen::VectorXd slopes = penalised.ldlt().solve(products);
        const Eigen::VectorXd predicted = (asked * slopes).array() + base;
        predictions.emplace_back(predicted.data(), predicted.data() + predicted.size());
    }
    return predictions;
}

OutOfFold ridgeOutOfFold(const PredictorColumns& predictors, std::span<const double> outcome,
                         std::span<const std::int32_t> documents,
                         const CrossValidationOptions& options) {
    return leaveOut(outcome, documents, options,
                    [&](const Split& split, const std::vector<Split>& inner, OutOfFold& result) {
                        const double penalty = choosePenalty(predictors, outcome, inner);
                        result.penalties.push_back(penalty);
                        return ridgePredictions(predictors, outcome, split.training, split.test,
                                                std::vector{penalty})
                            .front();
                    });
}

OutOfFold rankOutOfFold(const PredictorColumns& predictors, std::span<const double> outcome,
                        std::span<const std::int32_t> documents,
                        const CrossValidationOptions& options) {
    return leaveOut(
        outcome, documents, options,
        [&](const Split& split, const std::vector<Split>&, OutOfFold&) {
            const std::vector<double> known = at(outcome, split.training);
            std::size_t best = 0;
            double strongest = -1;
            for (std::size_t column = 0; column < predictors.size(); ++column)
                if (const double rho =
                        std::abs(spearman(at(predictors[column], split.training), known));
                    rho > strongest) {
                    strongest = rho;
                    best = column;
                }
            std::vector<double> sorted = at(predictors[best], split.training);
            std::vector<double> ranks;
            std::sort(sorted.begin(), sorted.end());
            for (const std::size_t example : split.training)
                ranks.push_back(rankAmong(sorted, predictors[best][example]));
            const Line line = fitLine(ranks, known);
            std::vector<double> predicted;
            for (const std::size_t example : split.test)
                predicted.push_back(
                    strongest < 0 ? mean(known)
                                  : line.intercept +
                                        line.slope * rankAmong(sorted, predictors[best][example]));
            return predicted;
        });
}

} // namespace quantscope
