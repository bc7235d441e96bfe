#include "core/analysis/perturbation_lens.h"

#include "core/analysis/statistics.h"
#include "core/data/error.h"
#include "core/data/method_spec.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

/// The place of a lane in the dimension "method".
std::optional<std::size_t> methodIndex(const SessionView& view, const std::string& lane) {
    const std::vector<std::string> names = view.texts("/method");
    const auto found = std::find(names.begin(), names.end(), lane);
    if (found == names.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

/// The kind of noise that a method stands for; empty for one that quantizes.
std::string noiseKind(const std::string& spec) {
    if (!spec.starts_with("perturb"))
        return {};
    try {
        const MethodSpec method = parseMethodSpec(spec);
        const auto kind = method.options.find("kind");
        return kind == method.options.end() ? "gaussian" : kind->second;
    } catch (const Error&) { // a session may say anything
        return {};
    }
}

double rootMeanSquare(std::vector<double> values) {
    std::erase_if(values, [](double value) { return std::isnan(value); });
    for (double& value : values)
        value *= value;
    return std::sqrt(mean(values));
}

} // namespace

WeightChanges weightChanges(const SessionView& view, const std::string& lane) {
    WeightChanges changes;
    const auto method = methodIndex(view, lane);
    const std::size_t modules = view.session().extent("module");
    for (std::size_t layer = 0; method && layer < view.layers(); ++layer)
        for (std::size_t module = 0; module < modules; ++module) {
            const std::vector<double> weights =
                view.slice("/weights/sampled_weight", {layer, module});
            const std::vector<double> change =
                view.slice("/weights/sampled_change", {*method, layer, module});
            const double size = rootMeanSquare(weights);
            if (weights.size() != change.size() || !(size > 0))
                continue;
            for (std::size_t i = 0; i < weights.size(); ++i)
                if (!std::isnan(change[i])) {
                    changes.magnitude.push_back(std::abs(weights[i]) / size);
                    changes.change.push_back(std::abs(change[i]) / size);
                }
        }
    return changes;
}

Curve changeByMagnitude(const WeightChanges& changes, std::size_t groups) {
    Curve curve;
    const std::size_t count = changes.magnitude.size();
    if (count < groups)
        return curve;
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return changes.magnitude[a] < changes.magnitude[b];
    });
    for (std::size_t group = 0; group < groups; ++group) {
        const auto begin = order.begin() + static_cast<std::ptrdiff_t>(group * count / groups);
        const auto end = order.begin() + static_cast<std::ptrdiff_t>((group + 1) * count / groups);
        const std::vector<std::size_t> members(begin, end);
        curve.x.push_back(mean(valuesAt(changes.magnitude, members)));
        curve.y.push_back(mean(valuesAt(changes.change, members)));
    }
    return curve;
}

std::vector<PerturbedLane> perturbedLanes(const SessionView& view, const Resamples& resamples) {
    std::vector<PerturbedLane> lanes;
    const std::vector<std::string> specs = view.texts("/methods/spec");
    for (const std::string& name : view.methodLanes()) {
        const auto method = methodIndex(view, name);
        if (!method)
            continue;
        PerturbedLane lane;
        lane.lane = name;
        lane.kind = *method < specs.size() ? noiseKind(specs[*method]) : std::string();
        lane.distance = rootMeanSquare(view.slice("/weights/relative_error", {*method}));
        const std::vector<double> error = view.row("/examples/error", name);
        if (!error.empty())
            lane.error = meanInterval(error, resamples);
        const WeightChanges changes = weightChanges(view, name);
        lane.rankCorrelation = spearman(changes.magnitude, changes.change);
        lanes.push_back(std::move(lane));
    }
    return lanes;
}

} // namespace quantscope
