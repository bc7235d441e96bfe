#pragma once

#include "core/analysis/session_view.h"

#include <string>
#include <vector>

namespace quantscope {

/// A lane as a perturbation of the model (Gong et al., arXiv 2403.06408).
struct PerturbedLane {
    std::string lane;
    std::string kind;                     ///< of artificial noise; empty: a quantization method
    double distance = notMeasured;        ///< root mean square over matrices of ‖δ‖ / ‖W‖
    Interval error;                       ///< mean NLL less the reference's
    double rankCorrelation = notMeasured; ///< Spearman of |w| and |δ| over the sampled weights
};

/// All quantized lanes, in their order.
std::vector<PerturbedLane> perturbedLanes(const SessionView& view, const Resamples& resamples);

/// The sampled weights of all matrices over the root mean square of their matrix's samples.
struct WeightChanges {
    std::vector<double> magnitude; ///< |w|
    std::vector<double> change;    ///< |δ|
};
WeightChanges weightChanges(const SessionView& view, const std::string& lane);

/// Mean |δ| of groups of equally many weights by ascending |w|, at each group's mean |w|.
Curve changeByMagnitude(const WeightChanges& changes, std::size_t groups = 20);

} // namespace quantscope
