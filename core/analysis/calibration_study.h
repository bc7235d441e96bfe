#pragma once

#include "core/analysis/session_view.h"

#include <cstdint>
#include <string>
#include <vector>

namespace quantscope {

/// A method calibrated on one draw of a calibration set: the result is never of less than all this.
struct CalibrationLane {
    std::string lane;
    std::string method; ///< its name, which is its options where it has none
    std::string set;
    std::string source; ///< files, or what was drawn
    std::int64_t draw = 0;
    std::int64_t examples = 0;
    std::int64_t tokens = 0;
    std::string seed;
    std::string hash;
    Interval perplexity; ///< of the evaluated text
    Interval relative;   ///< over the mean of the reference set's draws with the same method
};

/// All draws of one set with one method.
struct CalibrationSetResult {
    std::string method;
    std::string set;
    std::string source;
    std::int64_t examples = 0;
    std::int64_t tokens = 0;
    std::vector<std::size_t> lanes; ///< of CalibrationComparison::lanes
    Interval relative;              ///< mean over draws
};

/// How much of a method's perplexity is a matter of the draw, how much of the source.
struct CalibrationSpread {
    std::string method;
    std::size_t sets = 0;
    std::size_t draws = 0;
    Interval withinSets;  ///< standard deviation of ln perplexity between draws of one set
    Interval betweenSets; ///< of the sets themselves, what draws alone bring taken off
    double largestDifference = notMeasured; ///< of any two lanes' perplexities; a control has 0
};

struct CalibrationComparison {
    std::string referenceSet;
    std::vector<CalibrationLane> lanes;
    std::vector<CalibrationSetResult> sets;
    std::vector<CalibrationSpread> spreads; ///< one a method
    std::size_t resamples = 0;
};

/// Variance components of values by group, one-way random effects on unweighted group means:
/// within = Σ(k−1)s² / Σ(k−1) over groups with k ≥ 2 values; between = variance of the group means
/// less the mean of within/k, not below 0.
struct VarianceComponents {
    double within = notMeasured;  ///< NaN where no group has two values
    double between = notMeasured; ///< NaN where there are fewer than two groups, or no `within`
};
VarianceComponents varianceComponents(const std::vector<std::vector<double>>& groups);

/// The study's lanes that stand for a draw of a calibration set; nothing where there are none.
/// Intervals of perplexities resample the documents of the evaluated text, all lanes on the same
/// ones. Those of spreads resample documents and, within each set, the draws: k of k with
/// replacement, the variance that this leaves out or brings in corrected for.
CalibrationComparison compareCalibration(const SessionView& view, const Resamples& resamples);

} // namespace quantscope
