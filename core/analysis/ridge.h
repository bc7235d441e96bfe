#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace quantscope {

/// Values of predictors by example, one column each; no NaN.
using PredictorColumns = std::vector<std::vector<double>>;

/// Penalties tried, as shares of the number of training examples: 10^−4 … 10^3 by half decades.
/// A penalty λ minimises Σ (y − ŷ)² + λ · n · Σ β², predictors standardized.
const std::vector<double>& ridgePenalties();

/// Several outcomes by example, one column each; no NaN. They share the work of one fit.
using OutcomeColumns = std::vector<std::vector<double>>;

/// Ridge regression fitted to some examples and applied to others, for every penalty at once.
/// Predictors are standardized by the training examples' mean and standard deviation (those that
/// do not vary there are left out), outcomes are centred; the intercept is not penalised.
/// @return  [outcome][penalty][test example]
std::vector<std::vector<std::vector<double>>>
ridgePredictions(const PredictorColumns& predictors, const OutcomeColumns& outcomes,
                 std::span<const std::size_t> training, std::span<const std::size_t> test,
                 std::span<const double> penalties);

struct CrossValidationOptions {
    std::size_t outerFolds = 5;
    std::size_t innerFolds = 4; ///< of the training examples, where the penalty is chosen
    std::uint64_t seed = 0;
};

/// What a model says of examples that it was not fitted to.
struct OutOfFold {
    std::vector<double> predicted; ///< by example
    std::vector<double> base;      ///< mean outcome of the examples it was fitted to
    std::vector<std::size_t> fold; ///< that each example was left out in
    std::vector<double> penalties; ///< chosen in each outer fold
};

/// Nested cross-validation by document: whole documents are left out, and the penalty is chosen
/// for each outcome inside the training part alone, by its own folds' squared error. Empty where
/// there are fewer documents than folds.
/// @param documents  of each example
/// @return  one an outcome
std::vector<OutOfFold> ridgeOutOfFold(const PredictorColumns& predictors,
                                      const OutcomeColumns& outcomes,
                                      std::span<const std::int32_t> documents,
                                      const CrossValidationOptions& options = {});

/// The rank baseline: of the single predictors the one with the largest |Spearman ρ| with the
/// outcome on the training part, its rank among the training examples on a straight line.
std::vector<OutOfFold> rankOutOfFold(const PredictorColumns& predictors,
                                     const OutcomeColumns& outcomes,
                                     std::span<const std::int32_t> documents,
                                     const CrossValidationOptions& options = {});

} // namespace quantscope
