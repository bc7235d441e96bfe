#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"

#include <string>
#include <vector>

namespace quantscope {

/// Area under the curve of hits against false alarms: how often an example of the set has a
/// higher score than one outside it, ties a half. Sorts once for any number of resamples.
class AreaUnderCurve {
public:
    AreaUnderCurve(const std::vector<double>& scores, const std::vector<bool>& isInSet);

    /// NaN where one side is empty. @param weights  how often each example counts; empty: once
    double operator()(std::span<const std::uint16_t> weights = {}) const;

private:
    std::vector<std::size_t> m_order; ///< examples from the lowest score up
    std::vector<bool> m_isInSet;      ///< in that order
    std::vector<bool> m_endsTie;      ///< in that order: the next score is higher
};

/// How well one model foretells one method's errors from the reference run alone.
struct PredictorScore {
    std::string lane;      ///< whose errors are foretold
    std::string trainedOn; ///< whose errors the model was fitted to
    std::string model;     ///< "ridge: all", "rank: best single", …
    Interval r2;           ///< out of fold, against the mean of the training folds; own lane only
    Interval pearson;      ///< of what is foretold and the error
    Interval spearman;     ///< own lane only
    Interval auc;          ///< for the lane's D_large
};

/// What no model can exceed, since the errors themselves are measured with noise.
struct PredictorCeiling {
    std::string lane;
    Interval r2; ///< reliability of e: odd against even tokens, Spearman–Brown
};

struct PredictorResults {
    std::vector<std::string> models;         ///< in the order of the scores
    std::vector<PredictorScore> scores;      ///< lane × model, fitted to the lane itself
    std::vector<PredictorScore> acrossLanes; ///< trainedOn × lane, the model with all predictors
    std::vector<PredictorCeiling> ceilings;  ///< one a lane
    std::size_t predictors = 0;              ///< columns of the model with all of them
    std::size_t layersUsed = 0;
    std::size_t examples = 0;
    std::size_t resamples = 0; ///< that the intervals are made of; fewer where there is much to do
};

/// The models' predictors are of the full-precision run: NLL, and by layer (at most 24, evenly
/// spaced) the norms and kurtoses of r and h. Nested cross-validation by document; intervals
/// resample documents, models stay as they were fitted. Examples that lack a value are left out.
PredictorResults predictErrors(const SessionView& view, const Resamples& resamples);

} // namespace quantscope
