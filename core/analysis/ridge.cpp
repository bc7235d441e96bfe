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

/// Goes through the outer folds. `predict(split, inner splits, results)` gives the predictions of
/// the split's test part, [outcome][test example].
template <typename Predict>
std::vector<OutOfFold> leaveOut(const OutcomeColumns& outcomes,
                                std::span<const std::int32_t> documents,
                                const CrossValidationOptions& options, Predict predict) {
    const SamplingUnits units(documents);
    if (units.count < options.outerFolds || units.count < 2 * options.innerFolds)
        return {};
    const auto members = units.members();
    const std::vector<std::size_t> order = shuffledNumbers(units.count, options.seed);
    const std::vector<Split> outer = splits(members, order, options.outerFolds);
    std::vector<OutOfFold> results(outcomes.size());
    for (OutOfFold& result : results) {
        result.predicted.assign(documents.size(), 0);
        result.base.assign(documents.size(), 0);
        result.fold.assign(documents.size(), 0);
    }
    for (std::size_t fold = 0; fold < outer.size(); ++fold) {
        std::vector<std::size_t> trainingUnits;
        for (std::size_t place = 0; place < order.size(); ++place)
            if (place % options.outerFolds != fold)
                trainingUnits.push_back(order[place]);
        const Split& split = outer[fold];
        const std::vector<std::vector<double>> values =
            predict(split, splits(members, trainingUnits, options.innerFolds), results);
        for (std::size_t outcome = 0; outcome < outcomes.size(); ++outcome) {
            const double base = meanOf(outcomes[outcome], split.training);
            for (std::size_t place = 0; place < split.test.size(); ++place) {
                results[outcome].predicted[split.test[place]] = values[outcome][place];
                results[outcome].base[split.test[place]] = base;
                results[outcome].fold[split.test[place]] = fold;
            }
        }
    }
    return results;
}

/// Which penalty suits each outcome best on the inner folds, by its place among ridgePenalties().
std::vector<std::size_t> choosePenalties(const PredictorColumns& predictors,
                                         const OutcomeColumns& outcomes,
                                         const std::vector<Split>& inner) {
    const std::size_t count = ridgePenalties().size();
    std::vector<std::vector<double>> squares(outcomes.size(), std::vector<double>(count, 0));
    for (const Split& split : inner) {
        const auto predicted =
            ridgePredictions(predictors, outcomes, split.training, split.test, ridgePenalties());
        for (std::size_t outcome = 0; outcome < outcomes.size(); ++outcome)
            for (std::size_t penalty = 0; penalty < count; ++penalty)
                for (std::size_t place = 0; place < split.test.size(); ++place) {
                    const double miss =
                        predicted[outcome][penalty][place] - outcomes[outcome][split.test[place]];
                    squares[outcome][penalty] += miss * miss;
                }
    }
    std::vector<std::size_t> best;
    for (const std::vector<double>& ofOutcome : squares)
        best.push_back(static_cast<std::size_t>(
            std::min_element(ofOutcome.begin(), ofOutcome.end()) - ofOutcome.begin()));
    return best;
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

/// A straight line on the ranks of the known values.
std::vector<double> predictFromRanks(const std::vector<double>& known,
                                     const std::vector<double>& outcome,
                                     const std::vector<double>& asked) {
    std::vector<double> sorted = known;
    std::sort(sorted.begin(), sorted.end());
    std::vector<double> ranks, predicted;
    for (const double value : known)
        ranks.push_back(rankAmong(sorted, value));
    const Line line = fitLine(ranks, outcome);
    for (const double value : asked)
        predicted.push_back(line.intercept + line.slope * rankAmong(sorted, value));
    return predicted;
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

std::vector<std::vector<std::vector<double>>>
ridgePredictions(const PredictorColumns& predictors, const OutcomeColumns& outcomes,
                 std::span<const std::size_t> training, std::span<const std::size_t> test,
                 std::span<const double> penalties) {
    const Scaling scaling(predictors, training);
    const Eigen::MatrixXd known = design(predictors, training, scaling);
    const Eigen::MatrixXd asked = design(predictors, test, scaling);
    Eigen::MatrixXd centred(index(training.size()), index(outcomes.size())); // [example, outcome]
    std::vector<double> bases;
    for (std::size_t outcome = 0; outcome < outcomes.size(); ++outcome) {
        bases.push_back(meanOf(outcomes[outcome], training));
        for (std::size_t row = 0; row < training.size(); ++row)
            centred(index(row), index(outcome)) = outcomes[outcome][training[row]] - bases.back();
    }
    const Eigen::MatrixXd gram = known.transpose() * known;
    const Eigen::MatrixXd products = known.transpose() * centred; // [predictor, outcome]
    std::vector<std::vector<std::vector<double>>> predictions(outcomes.size());
    for (const double penalty : penalties) {
        Eigen::MatrixXd penalised = gram;
        penalised.diagonal().array() += penalty * static_cast<double>(training.size());
        const Eigen::MatrixXd slopes = penalised.ldlt().solve(products);
        const Eigen::MatrixXd predicted = asked * slopes; // [test example, outcome]
        for (std::size_t outcome = 0; outcome < outcomes.size(); ++outcome) {
            std::vector<double> values;
            for (Eigen::Index row = 0; row < predicted.rows(); ++row)
                values.push_back(predicted(row, index(outcome)) + bases[outcome]);
            predictions[outcome].push_back(std::move(values));
        }
    }
    return predictions;
}

std::vector<OutOfFold> ridgeOutOfFold(const PredictorColumns& predictors,
                                      const OutcomeColumns& outcomes,
                                      std::span<const std::int32_t> documents,
                                      const CrossValidationOptions& options) {
    return leaveOut(
        outcomes, documents, options,
        [&](const Split& split, const std::vector<Split>& inner, std::vector<OutOfFold>& results) {
            const std::vector<std::size_t> best = choosePenalties(predictors, outcomes, inner);
            const auto predicted = ridgePredictions(predictors, outcomes, split.training,
                                                    split.test, ridgePenalties());
            std::vector<std::vector<double>> chosen;
            for (std::size_t outcome = 0; outcome < outcomes.size(); ++outcome) {
                results[outcome].penalties.push_back(ridgePenalties()[best[outcome]]);
                chosen.push_back(predicted[outcome][best[outcome]]);
            }
            return chosen;
        });
}

std::vector<OutOfFold> rankOutOfFold(const PredictorColumns& predictors,
                                     const OutcomeColumns& outcomes,
                                     std::span<const std::int32_t> documents,
                                     const CrossValidationOptions& options) {
    return leaveOut(
        outcomes, documents, options,
        [&](const Split& split, const std::vector<Split>&, std::vector<OutOfFold>&) {
            // Ranks are taken once for all outcomes: Spearman's ρ is Pearson's of ranks.
            std::vector<std::vector<double>> known, ranked;
            for (const std::vector<double>& column : predictors) {
                known.push_back(at(column, split.training));
                ranked.push_back(averageRanks(known.back()));
            }
            std::vector<std::vector<double>> all;
            for (const std::vector<double>& column : outcomes) {
                const std::vector<double> outcome = at(column, split.training);
                const std::vector<double> outcomeRanks = averageRanks(outcome);
                std::size_t best = 0;
                double strongest = -1;
                for (std::size_t candidate = 0; candidate < ranked.size(); ++candidate)
                    if (const double rho = std::abs(pearson(ranked[candidate], outcomeRanks));
                        rho > strongest) {
                        strongest = rho;
                        best = candidate;
                    }
                all.push_back(strongest < 0 ? std::vector<double>(split.test.size(), mean(outcome))
                                            : predictFromRanks(known[best], outcome,
                                                               at(predictors[best], split.test)));
            }
            return all;
        });
}

} // namespace quantscope
