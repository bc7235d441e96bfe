#pragma once

#include "core/analysis/correlation_grid.h"
#include "core/analysis/explanations.h"
#include "core/analysis/session_view.h"

#include <string>
#include <vector>

namespace quantscope {

/// ρ of a statistic of the full-precision run at a site with the final errors, layer × method.
CorrelationGrid layerCorrelations(const SessionView& view, const std::string& site,
                                  const std::string& statistic, const Resamples& resamples);

/// The same of a statistic that compares the lane itself with the reference, layer × 1.
CorrelationGrid ownLayerCorrelations(const SessionView& view, const std::string& lane,
                                     const std::string& site, const std::string& statistic,
                                     const Resamples& resamples);

/// Which error of the MLP's output o.
enum class OutputError {
    Accumulated, ///< MSE, each run with its own inputs
    Relative,    ///< the same over ‖o‖²: raw MSE grows with the size of the output
    Local,       ///< MSE of the quantized MLP fed with the reference's h
};

/// Whether inputs with larger h have larger MLP output error, layer × 1: ρ(norm h(l), error(l)).
CorrelationGrid amplification(const SessionView& view, const std::string& lane, OutputError error,
                              const Resamples& resamples);

/// Partial correlation of norm(r(l)) with the lane's error given the reference's NLL, by layer.
std::vector<Interval> normPartialByLayer(const SessionView& view, const std::string& lane,
                                         const Resamples& resamples);

/// The paths from ‖r‖ at the last layer through ‖h‖ there, the error of the last MLP's output and
/// the drift ‖Δr‖/‖r‖ to the lane's error.
Mediation residualMediation(const SessionView& view, const std::string& lane,
                            const Resamples& resamples);

/// ρ(norm r at the last layer, e), and the same over the root of e's odd–even reliability.
struct LastLayerCorrelation {
    Interval observed;
    Interval corrected;
};
LastLayerCorrelation lastLayerCorrelation(const SessionView& view, const std::string& lane,
                                          const Resamples& resamples);

/// Values by example of the reference (or lane) at every layer; empty ones where there are none.
std::vector<std::vector<double>> byLayer(const SessionView& view, const std::string& path,
                                         const std::string& lane);

} // namespace quantscope
