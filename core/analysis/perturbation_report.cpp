#include "core/analysis/figures.h"
#include "core/analysis/perturbation_lens.h"
#include "core/analysis/reports.h"
#include "core/analysis/set_curves.h"
#include "core/analysis/statistics.h"
#include "core/data/array_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

constexpr const char* lensSource = "Gong et al. 2024, arXiv 2403.06408";

/// What a colour stands for: a kind of noise at any intensity, or a method.
const std::string& roleOf(const PerturbedLane& lane) {
    return lane.kind.empty() ? lane.lane : lane.kind;
}

/// Kinds of noise first, then methods, each in its order.
std::vector<std::string> rolesOf(const std::vector<PerturbedLane>& lanes) {
    std::vector<std::string> roles;
    for (const bool noise : {true, false})
        for (const PerturbedLane& lane : lanes)
            if (lane.kind.empty() != noise &&
                std::find(roles.begin(), roles.end(), roleOf(lane)) == roles.end())
                roles.push_back(roleOf(lane));
    return roles;
}

/// NLL by intensity, a line a kind of noise, and the methods where their own distance puts them.
Figure lossByIntensity(const SessionView& view, const std::vector<PerturbedLane>& lanes) {
    CurveFigure figure;
    figure.caption = {
        "Loss by the size of the perturbation",
        "A line a kind of noise, matched in L2: every matrix is moved by the same share of its "
        "norm. Methods stand where the root mean square of their matrices' relative errors puts "
        "them. " +
            intervalSentence(view.resampleCount()),
        "mean NLL less the reference's against ‖δ‖₂ / ‖W‖₂", lensSource};
    figure.xTitle = "‖δ‖ / ‖W‖";
    figure.yTitle = "mean NLL increase, nat";
    const bool noise = std::any_of(lanes.begin(), lanes.end(), [](const PerturbedLane& lane) {
        return !lane.kind.empty();
    });
    if (!noise)
        return {.name = "intensity", .body = CurveFigure{}};
    const std::vector<std::string> roles = rolesOf(lanes);
    for (const std::string& kind : roles) {
        std::vector<const PerturbedLane*> own;
        for (const PerturbedLane& lane : lanes)
            if (lane.kind == kind)
                own.push_back(&lane);
        if (own.empty()) // a method
            continue;
        std::stable_sort(own.begin(), own.end(),
                         [](const auto* a, const auto* b) { return a->distance < b->distance; });
        Curve curve;
        curve.name = curve.role = kind;
        addPoint(curve, 0, {0, 0, 0});
        for (const PerturbedLane* lane : own)
            addPoint(curve, lane->distance, lane->error);
        finishCurve(curve);
        figure.curves.push_back(std::move(curve));
    }
    for (const PerturbedLane& lane : lanes) {
        if (!lane.kind.empty())
            continue;
        Curve point;
        point.name = point.role = lane.lane;
        addPoint(point, lane.distance, lane.error);
        finishCurve(point);
        figure.curves.push_back(std::move(point));
    }
    return {.name = "intensity",
            .body = std::move(figure),
            .zeroLine = true,
            .roles = roles};
}

std::string sampledText(const SessionView& view) {
    return fmt::format("{} weights drawn evenly from every matrix, both over the root mean square "
                       "of their matrix's weights",
                       view.session().extent("sampled"));
}

Figure scatter(const SessionView& view, const std::string& lane) {
    const WeightChanges changes = weightChanges(view, lane);
    ScatterFigureValues figure;
    figure.caption = {"What " + lane + " changes of each weight",
                      sampledText(view) + "; all layers and modules", "|δ| against |w|, δ = w~ − w",
                      lensSource};
    figure.x = {"|w| / rms", "", changes.magnitude};
    figure.y = {"|δ| / rms", "", changes.change};
    const Line line = fitLine(changes.magnitude, changes.change);
    figure.statistics.pearson = {pearson(changes.magnitude, changes.change), notMeasured,
                                 notMeasured};
    figure.statistics.spearman = {spearman(changes.magnitude, changes.change), notMeasured,
                                  notMeasured};
    figure.statistics.slope = line.slope;
    figure.statistics.intercept = line.intercept;
    figure.statistics.count = line.count;
    return {.name = "change-by-weight", .body = std::move(figure)};
}

/// The methods, and of each kind of noise the intensity that moves weights about as far as they
/// do: all intensities of a kind have the same curve but for its height.
std::vector<PerturbedLane> comparableLanes(const std::vector<PerturbedLane>& lanes) {
    std::vector<PerturbedLane> shown;
    std::vector<double> distances;
    for (const PerturbedLane& lane : lanes) {
        if (!lane.kind.empty())
            continue;
        shown.push_back(lane);
        distances.push_back(lane.distance);
    }
    if (distances.empty())
        for (const PerturbedLane& lane : lanes)
            distances.push_back(lane.distance);
    std::erase_if(distances, [](double distance) { return std::isnan(distance); });
    if (distances.empty())
        return shown;
    std::sort(distances.begin(), distances.end());
    const double middle = distances[distances.size() / 2];
    std::map<std::string, const PerturbedLane*> nearest;
    for (const PerturbedLane& lane : lanes) {
        const PerturbedLane*& best = nearest[lane.kind];
        if (!best || std::abs(lane.distance - middle) < std::abs(best->distance - middle))
            best = &lane;
    }
    for (const auto& [kind, lane] : nearest)
        if (!kind.empty())
            shown.push_back(*lane);
    return shown;
}

/// Mean |δ| by |w|, a line a method and a kind of noise.
Figure changeCurves(const SessionView& view, const std::vector<PerturbedLane>& lanes) {
    CurveFigure figure;
    figure.caption = {"Size of changes by size of weights",
                      sampledText(view) + "; means of twenty groups of equally many weights. Of a "
                                          "kind of noise the intensity nearest to the methods'",
                      "mean |δ| by |w|", lensSource};
    figure.xTitle = "|w| / rms";
    figure.yTitle = "mean |δ| / rms";
    for (const PerturbedLane& lane : comparableLanes(lanes)) {
        Curve curve = changeByMagnitude(weightChanges(view, lane.lane));
        curve.name = lane.lane;
        curve.role = roleOf(lane);
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    return {.name = "change-curves", .body = std::move(figure), .roles = rolesOf(lanes)};
}

Figure laneTable(const std::vector<PerturbedLane>& lanes) {
    TableFigure figure;
    figure.caption = {"Perturbations and methods",
                      "Distance: root mean square over matrices of their relative errors; ρ over "
                      "the sampled weights of all matrices",
                      "NLL increase: mean NLL less the reference's; ρ: Spearman of |w| and |δ|",
                      lensSource};
    figure.columns = {"lane", "noise", "distance", "NLL increase", "ρ(|w|, |δ|)"};
    for (const PerturbedLane& lane : lanes)
        figure.rows.push_back({lane.lane, lane.kind.empty() ? std::string("quantized") : lane.kind,
                               lane.distance, lane.error, lane.rankCorrelation});
    return {.name = "lanes", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> perturbationFigures(const SessionView& view, const std::string& lane) {
    if (!findLayout(view.session(), "/weights/sampled_change") || lane.empty())
        return {};
    const std::vector<PerturbedLane> lanes = perturbedLanes(view, view.resamples());
    return {lossByIntensity(view, lanes), changeCurves(view, lanes), scatter(view, lane),
            laneTable(lanes)};
}

} // namespace quantscope
