#include "core/analysis/lane_explanation.h"

#include "core/analysis/reliability.h"
#include "core/analysis/resampled_correlations.h"
#include "core/data/array_source.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr std::size_t permutationCount = 1000;

PermutationOptions permutations(const SessionView& view) {
    return {permutationCount, view.analysisSeed()};
}

/// The error of the MLP's output by layer. Without the exact ‖o‖² the square of the mean norm
/// stands for it.
std::vector<std::vector<double>> outputErrors(const SessionView& view, const std::string& lane,
                                              OutputError error) {
    if (error == OutputError::Local)
        return byLayer(view, sitePath("down", "mlp_local_mse"), lane);
    if (error == OutputError::Relative && findLayout(view.session(), sitePath("down", "normalised_mse")))
        return byLayer(view, sitePath("down", "normalised_mse"), lane);
    std::vector<std::vector<double>> squares = byLayer(view, sitePath("down", "mse"), lane);
    if (error == OutputError::Accumulated)
        return squares;
    const auto outputs = byLayer(view, sitePath("down", "norm"), std::string(referenceLane));
    const auto width =
        static_cast<double>(std::max<std::size_t>(view.session().extent("hidden"), 1));
    for (std::size_t layer = 0; layer < squares.size(); ++layer) {
        if (outputs[layer].size() != squares[layer].size())
            squares[layer].clear();
        for (std::size_t example = 0; example < squares[layer].size(); ++example) {
            const double norm = outputs[layer][example];
            squares[layer][example] *= norm > 0 ? width / (norm * norm) : notMeasured;
        }
    }
    return squares;
}

std::vector<double> lastOf(const SessionView& view, const std::string& path,
                           const std::string& lane) {
    return view.layers() > 0 ? view.row(path, lane, view.layers() - 1) : std::vector<double>{};
}

} // namespace

std::vector<std::vector<double>> byLayer(const SessionView& view, const std::string& path,
                                         const std::string& lane) {
    std::vector<std::vector<double>> columns;
    for (std::size_t layer = 0; layer < view.layers(); ++layer)
        columns.push_back(view.row(path, lane, layer));
    return columns;
}

CorrelationGrid layerCorrelations(const SessionView& view, const std::string& site,
                                  const std::string& statistic, const Resamples& resamples) {
    std::vector<std::vector<double>> errors;
    for (const std::string& lane : view.methodLanes())
        errors.push_back(view.row("/examples/error", lane));
    return correlationGrid(byLayer(view, sitePath(site, statistic), std::string(referenceLane)),
                           errors, resamples, permutations(view));
}

CorrelationGrid ownLayerCorrelations(const SessionView& view, const std::string& lane,
                                     const std::string& site, const std::string& statistic,
                                     const Resamples& resamples) {
    const std::vector<std::vector<double>> errors = {view.row("/examples/error", lane)};
    return correlationGrid(byLayer(view, sitePath(site, statistic), lane), errors, resamples,
                           permutations(view));
}

CorrelationGrid amplification(const SessionView& view, const std::string& lane, OutputError error,
                              const Resamples& resamples) {
    return pairedCorrelations(byLayer(view, sitePath("ln2", "norm"), std::string(referenceLane)),
                              outputErrors(view, lane, error), resamples, permutations(view));
}

std::vector<Interval> normPartialByLayer(const SessionView& view, const std::string& lane,
                                         const Resamples& resamples) {
    const std::string reference(referenceLane);
    return partialCorrelations(byLayer(view, sitePath("resid_mid", "norm"), reference),
                               view.row("/examples/error", lane),
                               view.row("/examples/nll", reference), resamples);
}

Mediation residualMediation(const SessionView& view, const std::string& lane,
                            const Resamples& resamples) {
    const std::string reference(referenceLane);
    // The error that arises in the last MLP itself where it was measured, else the accumulated one.
    const bool isLocal = findLayout(view.session(), sitePath("down", "mlp_local_mse")) != nullptr;
    const std::string error = sitePath("down", isLocal ? "mlp_local_mse" : "mse");
    return mediate(
        lastOf(view, sitePath("resid_mid", "norm"), reference),
        {{"‖h‖", lastOf(view, sitePath("ln2", "norm"), reference)},
         {isLocal ? "local error of the MLP" : "error of the MLP's output",
          lastOf(view, error, lane)},
         {"drift ‖Δr‖/‖r‖", lastOf(view, sitePath("resid_mid", "relative_error"), lane)}},
        view.row("/examples/error", lane), resamples);
}

LastLayerCorrelation lastLayerCorrelation(const SessionView& view, const std::string& lane,
                                          const Resamples& resamples) {
    LastLayerCorrelation result;
    const std::vector<double> norms =
        lastOf(view, sitePath("resid_mid", "norm"), std::string(referenceLane));
    const std::vector<double> errors = view.row("/examples/error", lane);
    // Of all examples: a text of one token has no halves, but an error.
    result.observed = pearsonInterval(norms, errors, resamples);
    const ResampledCorrelations correlations(resamples,
                                             {norms, errors, halfErrors(view, lane, TokenHalf::Odd),
                                              halfErrors(view, lane, TokenHalf::Even)});
    result.corrected = correlations.interval([](const ResampledCorrelations::Correlations& rho) {
        const double reliability = spearmanBrown(rho(2, 3));
        return reliability > 0 ? rho(0, 1) / std::sqrt(reliability) : notMeasured;
    });
    return result;
}

} // namespace quantscope
