#include "core/analysis/example_order.h"
#include "core/analysis/figures.h"
#include "core/analysis/lane_explanation.h"
#include "core/analysis/noise_floor.h"
#include "core/analysis/pages.h"
#include "core/analysis/reliability.h"
#include "core/analysis/session_view.h"
#include "core/analysis/set_curves.h"
#include "core/analysis/statistics.h"
#include "core/data/array_source.h"
#include "core/data/noise_floor.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr const char* paper = "Chang et al. 2025";
constexpr const char* beforeNorm = "resid_mid"; // the paper's r
constexpr const char* afterNorm = "ln2";        // the paper's h

/// Statistics that compare a lane with the reference: of the reference itself they say nothing.
bool comparesLanes(const std::string& statistic) {
    return statistic != "norm" && !statistic.starts_with("kurtosis") && statistic != "maximum";
}

std::string readable(std::string statistic) {
    std::replace(statistic.begin(), statistic.end(), '_', ' ');
    return statistic;
}

std::string subject(const ResidualsRequest& request) {
    return readable(request.statistic) + " at " + request.site;
}

/// The requested statistic by example at one layer, less that of the other lane where asked.
std::vector<double> requested(const SessionView& view, const ResidualsRequest& request,
                              std::size_t layer) {
    const std::string path = sitePath(request.site, request.statistic);
    std::vector<double> values = view.row(path, request.lane, layer);
    if (request.minusLane.empty())
        return values;
    const std::vector<double> others = view.row(path, request.minusLane, layer);
    if (others.size() != values.size())
        return {};
    for (std::size_t example = 0; example < values.size(); ++example)
        values[example] -= others[example];
    return values;
}

std::vector<std::string> layerLabels(std::size_t layers) {
    std::vector<std::string> labels;
    for (std::size_t layer = 0; layer < layers; ++layer)
        labels.push_back(std::to_string(layer));
    return labels;
}

std::string differenceTitle(const ResidualsRequest& request) {
    const std::string title = subject(request) + ", " + request.lane;
    return request.minusLane.empty() ? title : title + " − " + request.minusLane;
}

Matrix layerByExample(const SessionView& view, const ResidualsRequest& request,
                      const ExampleOrder& order) {
    Matrix matrix;
    const std::vector<std::size_t>& examples = order.examples;
    if (!findLayout(view.session(), sitePath(request.site, request.statistic)) || examples.empty())
        return matrix;
    matrix.rows = view.layers();
    matrix.columns = examples.size();
    matrix.values.assign(matrix.rows * matrix.columns, std::nanf(""));
    matrix.rowLabels = layerLabels(matrix.rows);
    for (const std::size_t example : examples)
        matrix.columnLabels.push_back(std::to_string(example));
    matrix.rowTitle = "layer";
    matrix.columnTitle = order.title;
    matrix.valueTitle = differenceTitle(request);
    matrix.diverging = !request.minusLane.empty();
    for (std::size_t layer = 0; layer < matrix.rows; ++layer) {
        const std::vector<double> values = requested(view, request, layer);
        if (values.empty())
            continue;
        for (std::size_t column = 0; column < examples.size(); ++column)
            matrix.values[layer * matrix.columns + column] =
                static_cast<float>(values[examples[column]]);
    }
    return matrix;
}

/// Values [layer, position] of one example of an array [lane, layer, example, position].
std::vector<double> layersByToken(const SessionView& view, const std::string& path,
                                  std::size_t lane, std::size_t example) {
    const NamedArray& array = *findLayout(view.session(), path);
    if (isLeftOut(array)) // its blocks would hold other examples
        return sourceOf(view.session())
            .slab(path, {lane, 0, example}, {1, array.shape[1], 1})
            .toDoubles();
    std::vector<double> values;
    for (std::size_t layer = 0; layer < array.shape[1]; ++layer) {
        const std::vector<double> row = view.slice(path, {lane, layer, example});
        values.insert(values.end(), row.begin(), row.end());
    }
    return values;
}

Matrix layerByToken(const SessionView& view, const ResidualsRequest& request) {
    Matrix matrix;
    const std::string path = tokenPath(request.site, request.statistic);
    const NamedArray* array = findLayout(view.session(), path);
    const auto lane = view.laneIndex(request.lane);
    const auto minus = view.laneIndex(request.minusLane);
    if (!array || !lane || !request.example || *request.example >= view.examples() ||
        (!request.minusLane.empty() && !minus) || array->shape.size() != 4)
        return matrix;
    const ExampleDetail detail =
        exampleDetail(view.session(), *request.example, request.lane); // for its token strings
    matrix.rows = view.layers();
    matrix.columns =
        detail.tokens.empty() ? array->shape[3] : std::min(detail.tokens.size(), array->shape[3]);
    matrix.rowLabels = layerLabels(matrix.rows);
    for (std::size_t position = 0; position < matrix.columns; ++position)
        matrix.columnLabels.push_back(detail.tokens.empty() ? std::to_string(position)
                                                            : detail.tokens[position].piece);
    matrix.rowTitle = "layer";
    matrix.columnTitle = "token of example " + std::to_string(*request.example);
    matrix.valueTitle = differenceTitle(request);
    matrix.diverging = minus.has_value();
    std::vector<double> values = layersByToken(view, path, *lane, *request.example);
    if (minus) {
        const std::vector<double> others = layersByToken(view, path, *minus, *request.example);
        for (std::size_t at = 0; at < std::min(values.size(), others.size()); ++at)
            values[at] -= others[at];
    }
    const std::size_t positions = array->shape[3];
    values.resize(matrix.rows * positions, notMeasured);
    for (std::size_t layer = 0; layer < matrix.rows; ++layer)
        for (std::size_t position = 0; position < matrix.columns; ++position)
            matrix.values.push_back(static_cast<float>(values[layer * positions + position]));
    return matrix;
}

/// What the statistic is worth: of a comparison with the reference, that of the run that differs
/// by rounding alone, over all examples; of a value itself, that of the same run on D_large, which
/// lies on the reference's line, and by how much it is off it.
void addNoise(CurveFigure& figure, const SessionView& view, const ResidualsRequest& request,
              const std::vector<NamedSet>& sets) {
    const bool isDifference = !request.minusLane.empty();
    if (!hasNoiseFloor(view) || (isDifference && request.minusLane != referenceLane))
        return;
    ResidualsRequest ofNoise = request;
    ofNoise.lane = noiseFloorLane;
    if (isDifference || comparesLanes(request.statistic)) {
        const Resamples resamples = view.resamples();
        addNoiseCurve(
            figure, view, layerAxis(view),
            [&](double layer) {
                const auto values = requested(view, ofNoise, static_cast<std::size_t>(layer));
                return values.empty() ? Interval{} : meanInterval(values, resamples);
            },
            "the reference against itself, all examples");
        return;
    }
    ResidualsRequest ofReference = request;
    ofReference.lane = referenceLane;
    double most = 0;
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        const auto again = requested(view, ofNoise, layer);
        const auto once = requested(view, ofReference, layer);
        for (std::size_t example = 0; example < std::min(again.size(), once.size()); ++example)
            if (const double off = std::abs(again[example] - once[example]); off > most)
                most = off;
    }
    if (sets.empty())
        return;
    addNoiseCurve(
        figure, view, layerAxis(view),
        [&](double layer) {
            return sets.front().meanOf(requested(view, ofNoise, static_cast<std::size_t>(layer)));
        },
        fmt::format("the reference run again, {}; no example's value is off by more than {:.2g}",
                    setTitle(sets.front().name()), most));
}

CurveFigure setsByLayer(const SessionView& view, const ResidualsRequest& request,
                        const std::vector<NamedSet>& sets) {
    CurveFigure figure;
    figure.caption = {"Mean " + subject(request) + " by layer",
                      "Mean over the examples of each set, with a 95 % interval from resampling "
                      "documents",
                      "over positions 1..T of each example, then the mean over examples",
                      std::string(paper) + ", figure 1a"};
    figure.xTitle = "layer";
    figure.yTitle = differenceTitle(request);
    for (const NamedSet& set : sets) {
        Curve curve;
        curve.name = setTitle(set.name());
        curve.role = set.name();
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            addPoint(curve, static_cast<double>(layer),
                     set.meanOf(requested(view, request, layer)));
        finishCurve(curve);
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    addNoise(figure, view, request, sets);
    return figure;
}

CurveFigure density(const SessionView& view, const char* site, std::size_t layer,
                    const std::vector<NamedSet>& sets) {
    CurveFigure figure;
    const bool isBefore = std::string(site) == beforeNorm;
    figure.caption = {fmt::format("Density of norm at {}, layer {}", site, layer),
                      isBefore ? "Residual magnitude before the norm, full precision"
                               : "Magnitude after the norm, full precision",
                      "Gaussian kernels, bandwidth by Silverman's rule",
                      std::string(paper) + (isBefore ? ", figure 1b" : ", figure 1c")};
    figure.xTitle = fmt::format("norm at {}, layer {}", site, layer);
    figure.yTitle = "density";
    const std::vector<double> values =
        view.row(sitePath(site, "norm"), std::string(referenceLane), layer);
    for (const NamedSet& set : sets) {
        Density estimate = kernelDensity(valuesAt(values, set.examples()));
        if (estimate.x.empty())
            continue;
        Curve curve;
        curve.name = setTitle(set.name());
        curve.role = set.name();
        curve.x = std::move(estimate.x);
        curve.y = std::move(estimate.y);
        figure.curves.push_back(std::move(curve));
    }
    return figure;
}

/// Few draws, since the page asks again at every change of its controls; the page of explanations
/// makes more.
constexpr std::size_t quickDraws = 200;

CurveFigure correlation(const SessionView& view, const ResidualsRequest& request) {
    const bool ownStatistic = comparesLanes(request.statistic);
    const Resamples resamples(view.documents(), quickDraws, view.analysisSeed());
    Caption caption = {
        "Correlation of " + subject(request) + " with the final error",
        ownStatistic ? "Pearson correlation over examples, the method's own statistic at each "
                       "layer with its final error"
                     : "Pearson correlation over examples, statistic of the full-precision run at "
                       "each layer with the method's final error",
        "ρ(S(l), E)", paperSource("figures 8 to 11")};
    if (const std::string ceiling = ceilingSentence(view, view.methodLanes()); !ceiling.empty())
        caption.formula += "; " + ceiling;
    const std::string title = "ρ(" + subject(request) + ", error)";
    const std::string path = sitePath(request.site, request.statistic);
    std::vector<std::vector<double>> errors;
    for (const std::string& lane : view.methodLanes())
        errors.push_back(view.row("/examples/error", lane));
    if (!ownStatistic) {
        const auto statistics = byLayer(view, path, std::string(referenceLane));
        CurveFigure figure = gridFigure(
            correlationGrid(statistics, errors, resamples, {quickDraws, view.analysisSeed()}),
            view.methodLanes(), caption, title);
        addNoiseCorrelations(figure, view, statistics, resamples);
        return figure;
    }
    // One column a lane, its layers one below the other: all lines share a band.
    std::vector<std::vector<double>> statistics, outcomes;
    for (std::size_t lane = 0; lane < errors.size(); ++lane)
        for (std::vector<double>& column : byLayer(view, path, view.methodLanes()[lane])) {
            statistics.push_back(std::move(column));
            outcomes.push_back(errors[lane]);
        }
    CorrelationGrid grid =
        pairedCorrelations(statistics, outcomes, resamples, {quickDraws, view.analysisSeed()});
    std::vector<Interval> byColumn(grid.values.size());
    for (std::size_t lane = 0; lane < errors.size(); ++lane)
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            byColumn[layer * errors.size() + lane] = grid.values[lane * view.layers() + layer];
    grid.rows = view.layers();
    grid.columns = errors.size();
    grid.values = std::move(byColumn);
    CurveFigure figure = gridFigure(grid, view.methodLanes(), caption, title);
    addNoiseCorrelations(figure, view, byLayer(view, path, std::string(noiseFloorLane)), resamples);
    return figure;
}

} // namespace

ResidualsValues residualsValues(const SessionData& session, const ResidualsRequest& request) {
    const SessionView view(session);
    ResidualsValues values;
    values.request = request;
    if (values.request.lane.empty())
        values.request.lane = referenceLane;
    values.sites = view.sites("/sites");
    values.statistics = view.members("/sites/" + request.site);
    for (const std::string& name : view.members("/tokens/" + request.site)) // may be by token alone
        if (std::find(values.statistics.begin(), values.statistics.end(), name) ==
            values.statistics.end())
            values.statistics.push_back(name);
    values.lanes = view.lanes();
    ExampleOrder order = orderedExamples(view, values.request);
    values.layerByExample = layerByExample(view, values.request, order);
    values.exampleOrder = std::move(order.examples);
    values.exampleGroups = std::move(order.groups);
    values.layerByToken = layerByToken(view, values.request);
    // A method's own lane is shown with its own sets, the reference with those of the pair.
    const std::vector<NamedSet> sets = contrastSets(view, view.methodLane(values.request.lane));
    values.byLayer = setsByLayer(view, values.request, sets);
    values.densityBefore = density(view, beforeNorm, request.densityLayer, sets);
    values.densityAfter = density(view, afterNorm, request.densityLayer, sets);
    values.correlation = correlation(view, values.request);
    return values;
}

} // namespace quantscope
