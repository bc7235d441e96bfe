#include "app/gui/figures/figure_values.h"

#include "core/analysis/session_view.h"
#include "core/data/study_plan.h"

#include <algorithm>

namespace quantscope {

namespace {

constexpr std::size_t mostPairedLanes = 6;

int quantityNamed(const ErrorsValues& values, const std::string& name) {
    const auto found =
        std::find_if(values.quantities.begin(), values.quantities.end(),
                     [&](const ExampleColumn& column) { return column.name == name; });
    return found == values.quantities.end() ? -1
                                            : static_cast<int>(found - values.quantities.begin());
}

int firstQuantityBeginning(const ErrorsValues& values, const std::string& start) {
    const auto found = std::find_if(values.quantities.begin(), values.quantities.end(),
                                    [&](const ExampleColumn& column) {
                                        return column.name.compare(0, start.size(), start) == 0;
                                    });
    return found == values.quantities.end() ? -1
                                            : static_cast<int>(found - values.quantities.begin());
}

/// Each method's error by the reference's loss and by its residual size, and by every other's.
std::vector<ScatterFigure> scatterAxes(const ErrorsValues& values,
                                       const std::vector<std::string>& methods) {
    std::vector<ScatterFigure> scatters;
    const auto add = [&](int x, int y) {
        if (x >= 0 && y >= 0)
            scatters.push_back({x, y, {}});
    };
    const int loss = quantityNamed(values, "nll_reference");
    const int residual = firstQuantityBeginning(values, "norm[resid_mid");
    for (std::size_t i = 0; i < methods.size(); ++i) {
        const int error = quantityNamed(values, "error[" + methods[i] + "]");
        add(loss, error);
        add(residual, error);
        for (std::size_t j = 0; j < i && methods.size() <= mostPairedLanes; ++j)
            add(quantityNamed(values, "error[" + methods[j] + "]"), error);
    }
    return scatters;
}

template <typename Values>
std::shared_ptr<const Values> shared(Values values) {
    return std::make_shared<const Values>(std::move(values));
}

/// Sizes in the reference, and how far each method is from it; examples lie by the sets and within
/// them by the error.
std::vector<ResidualsRequest> residualsRequests(const SessionData& session,
                                                const std::vector<std::string>& methods) {
    std::vector<ResidualsRequest> requests;
    const auto add = [&](const char* statistic, const std::string& lane) {
        ResidualsRequest request;
        request.statistic = statistic;
        request.lane = lane;
        request.groupBy = groupBySets;
        request.sortBy = "error[" + SessionView(session).methodLane(lane) + "]";
        requests.push_back(std::move(request));
    };
    for (const char* statistic : {"norm", "kurtosis"})
        add(statistic, std::string(referenceLane));
    for (const std::string& lane : methods)
        add("relative_error", lane);
    return requests;
}

} // namespace

FigureSetValues gatherFigureValues(const SessionData& session, const PageFunctions& functions) {
    FigureSetValues values;
    values.lanes = session.names("lane");
    std::vector<std::string> methods = values.lanes;
    std::erase(methods, referenceLane);
    values.overview = shared(functions.overview(session));
    values.errors = shared(functions.errors(session));
    values.scatters = scatterAxes(*values.errors, methods);
    for (ScatterFigure& scatter : values.scatters)
        scatter.statistics = functions.scatter(
            values.errors->quantities[static_cast<std::size_t>(scatter.x)],
            values.errors->quantities[static_cast<std::size_t>(scatter.y)], session);
    for (const ResidualsRequest& request : residualsRequests(session, methods)) {
        auto page = functions.residuals(session, request);
        // Densities are of interest where the sets differ most: after the last layer.
        if (page.layerByExample.rows > 1) {
            ResidualsRequest last = request;
            last.densityLayer = page.layerByExample.rows - 1;
            page = functions.residuals(session, last);
        }
        values.residuals.push_back(shared(std::move(page)));
    }
    for (const std::string& lane : methods) {
        // Pages of lanes that have nothing to show there are of another lane.
        if (EarlyExitValues page = functions.earlyExit(session, lane); page.lane == lane)
            values.earlyExit.push_back(shared(std::move(page)));
        if (PatchingValues page = functions.patching(session, lane); page.lane == lane)
            values.patching.push_back(shared(std::move(page)));
        for (const char* statistic : {"relative_error", "sqnr"})
            values.weights.push_back(shared(functions.weights(session, lane, statistic)));
        WeightsValues training = functions.weights(session, lane, "training_loss");
        if (training.layerByModule.rows > 0) // the method trains
            values.weights.push_back(shared(std::move(training)));
    }
    for (const ReportKind kind : allReports)
        values.reports.push_back(shared(functions.report(session, kind, {})));
    return values;
}

} // namespace quantscope
