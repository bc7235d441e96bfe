#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"

#include <string>
#include <vector>

namespace quantscope {

/// One number of the comparison of two models' predictions.
struct OutputStatistic {
    std::string name; ///< e.g. "mean KL", "KL 99.9 %", "RMS Δp"
    std::string unit; ///< "nat", "%" (for Δp: points of percent), "1"
    Interval value;   ///< intervals by document; single quantiles have none
};

/// The suite that people know from llama.cpp's perplexity tool, over all predicted tokens of all
/// examples: KL(reference ‖ lane) (mean, maximum, quantiles), Δp, the lane's probability of the
/// true token less the reference's (mean, RMS, quantiles), the share of tokens with the same most
/// likely token, perplexities with their difference, ratio and the ratio's logarithm, and the
/// correlation of the tokens' NLL. Beside it reverse KL and Jensen–Shannon divergence. What was
/// not measured is left out.
std::vector<OutputStatistic> outputSuite(const SessionView& view, const std::string& lane,
                                         const Resamples& resamples);

/// Quantiles of KL over tokens by their share, for drawing: x in percent, ascending.
struct QuantileCurve {
    std::vector<double> percent;
    std::vector<double> value; ///< nat
};
QuantileCurve klQuantiles(const SessionView& view, const std::string& lane);

/// Tokens by how probable the reference found the true one.
struct ConfidenceBucket {
    double low = 0; ///< of p, inclusive
    double high = 1;
    double share = notMeasured; ///< of all tokens
    Interval kl;                ///< mean, nat
    Interval error;             ///< mean NLL of the lane less the reference's, nat
    Interval topAgreement;      ///< share of tokens with the same most likely one
};

/// Buckets at p = 0, .01, .1, .3, .5, .9, 1. The probability and the error share the reference's
/// NLL: tokens that the reference found improbable by chance are made better by anything.
std::vector<ConfidenceBucket> confidenceBuckets(const SessionView& view, const std::string& lane,
                                                const Resamples& resamples);

} // namespace quantscope
