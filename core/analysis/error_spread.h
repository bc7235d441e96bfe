#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"

#include <span>
#include <string>
#include <vector>

namespace quantscope {

/// Normalised entropy −Σ p ln p / ln L of shares p = E / ΣE over L layers: 1 where every layer has
/// the same error, 0 where one has all of it. NaN for fewer than two layers, and where an error is
/// negative or missing or all are 0.
double normalisedEntropy(std::span<const double> errors);

/// Gini coefficient Σᵢ Σⱼ |Eᵢ − Eⱼ| / (2 L ΣE): 0 where every layer has the same error,
/// (L − 1) / L where one has all of it. NaN as above.
double giniCoefficient(std::span<const double> errors);

/// How errors lie over the layers of a lane.
struct ErrorSpread {
    std::vector<Interval> byLayer; ///< mean over examples
    Interval entropy;              ///< of these means
    Interval gini;
};

/// The spread of one lane and that of another, and the first less the second of the same resamples.
struct SpreadComparison {
    ErrorSpread lane;
    ErrorSpread base;
    std::vector<Interval> changeByLayer; ///< mean error over the base's, less 1; 0: the same
    Interval entropyDifference;
    Interval giniDifference;
};

/// @param path  errors [lane, layer, example], e.g. "/sites/resid_post/relative_error"
/// @param base  empty: the lane alone
SpreadComparison compareSpread(const SessionView& view, const std::string& path,
                               const std::string& lane, const std::string& base,
                               const Resamples& resamples);

} // namespace quantscope
