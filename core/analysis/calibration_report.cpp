#include "core/analysis/calibration_study.h"
#include "core/analysis/figures.h"
#include "core/analysis/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace quantscope {

namespace {

constexpr const char* source = "Paglieri et al. 2024, arXiv 2405.20835; Williams and Aletras 2023, "
                               "arXiv 2311.09755";

std::vector<std::string> setNames(const CalibrationComparison& comparison) {
    std::vector<std::string> names;
    for (const CalibrationSetResult& set : comparison.sets)
        if (std::find(names.begin(), names.end(), set.set) == names.end())
            names.push_back(set.set);
    return names;
}

std::string sameText(const CalibrationComparison& comparison) {
    return fmt::format("All on the same text; a method's perplexity over its mean over the draws "
                       "of \"{}\", which is 1",
                       comparison.referenceSet);
}

Figure drawStrips(const CalibrationComparison& comparison) {
    StripsFigure figure;
    figure.caption = {"Perplexity by calibration set",
                      sameText(comparison) +
                          ". A mark is a draw, the line the mean of a set's draws. A method that "
                          "looks at no text is the control: its marks lie on one another",
                      "exp(mean NLL of a lane) / mean over draws of exp(mean NLL)", source};
    figure.valueTitle = "perplexity, " + comparison.referenceSet + " = 1";
    for (const CalibrationSetResult& set : comparison.sets) {
        if (figure.groups.empty() || figure.groups.back().label != set.method)
            figure.groups.push_back({set.method, {}});
        Strip strip{set.set, set.set, {}, {}};
        for (const std::size_t i : set.lanes) {
            const CalibrationLane& lane = comparison.lanes[i];
            strip.values.push_back(lane.relative.value);
            strip.notes.push_back(fmt::format("draw {}: perplexity {:.4g}, {} windows of {} tokens",
                                              lane.draw + 1, lane.perplexity.value, lane.examples,
                                              lane.tokens));
        }
        figure.groups.back().strips.push_back(std::move(strip));
    }
    return {
        .name = "draws", .body = std::move(figure), .reference = 1, .roles = setNames(comparison)};
}

Interval percent(const Interval& share) {
    return {100 * share.value, 100 * share.low, 100 * share.high};
}

Figure spreadBars(const CalibrationComparison& comparison) {
    BarsFigure figure;
    figure.caption = {
        "What the draw matters and what the source",
        fmt::format("Standard deviation of ln perplexity, in per cent: between draws of one set, "
                    "and between the sets once what draws bring is taken off. 95 % percentile "
                    "intervals from {} resamples of documents and of draws within sets",
                    comparison.resamples),
        "within: √(Σ(k−1)s² / Σ(k−1)); between: √max(0, var(means of sets) − mean(within² / k))",
        source};
    figure.valueTitle = "standard deviation of ln perplexity, %";
    for (const CalibrationSpread& spread : comparison.spreads)
        figure.groups.push_back(
            {spread.method,
             {{"between draws", "between draws", percent(spread.withinSets)},
              {"between sources", "between sources", percent(spread.betweenSets)}}});
    return {
        .name = "spread", .body = std::move(figure), .roles = {"between draws", "between sources"}};
}

/// Sets of one source that differ in how many windows they have, a line for each method and source
/// where there are at least two sizes.
Figure sizeCurves(const CalibrationComparison& comparison, bool byLength) {
    CurveFigure figure;
    const std::string what = byLength ? "length of a window" : "number of windows";
    figure.caption = {"Perplexity by the " + what,
                      sameText(comparison) + ". Sets of one source that differ in their " + what +
                          " alone; mean over draws. " + intervalSentence(comparison.resamples),
                      "mean over draws of exp(mean NLL), over that of the reference set", source};
    figure.xTitle = byLength ? "log₂ of tokens in a window" : "log₂ of calibration windows";
    figure.yTitle = "perplexity, " + comparison.referenceSet + " = 1";
    using Key = std::pair<std::string, std::int64_t>;
    std::vector<std::pair<Key, std::vector<const CalibrationSetResult*>>> series;
    for (const CalibrationSetResult& set : comparison.sets) {
        const Key key{set.method + ", " + set.source, byLength ? set.examples : set.tokens};
        auto found = std::find_if(series.begin(), series.end(),
                                  [&](const auto& entry) { return entry.first == key; });
        if (found == series.end())
            found = series.insert(series.end(), {key, {}});
        found->second.push_back(&set);
    }
    // Where all are of one file, methods alone tell them apart.
    const bool isOneSource =
        std::all_of(series.begin(), series.end(), [&](const auto& entry) {
            return entry.second.size() < 2 ||
                   entry.second.front()->source == comparison.sets.front().source;
        });
    std::vector<std::string> roles;
    for (auto& [key, sets] : series) {
        const auto size = [&](const CalibrationSetResult* set) {
            return byLength ? set->tokens : set->examples;
        };
        std::sort(sets.begin(), sets.end(),
                  [&](const auto* a, const auto* b) { return size(a) < size(b); });
        if (size(sets.front()) == size(sets.back()))
            continue;
        Curve curve;
        // The file's name says enough beside the method's.
        const std::size_t slash = key.first.rfind('/');
        const std::string method = sets.front()->method;
        if (isOneSource)
            curve.name = method;
        else
            curve.name = slash == std::string::npos ? key.first
                                                    : method + ", " + key.first.substr(slash + 1);
        curve.role = curve.name;
        roles.push_back(curve.name);
        for (const CalibrationSetResult* set : sets) {
            curve.x.push_back(std::log2(static_cast<double>(size(set))));
            curve.y.push_back(set->relative.value);
            curve.low.push_back(set->relative.low);
            curve.high.push_back(set->relative.high);
        }
        figure.curves.push_back(std::move(curve));
    }
    return {.name = byLength ? "by-length" : "by-size",
            .body = std::move(figure),
            .roles = std::move(roles)};
}

Figure setTable(const CalibrationComparison& comparison) {
    TableFigure figure;
    figure.caption = {"Calibration sets",
                      sameText(comparison) + ". Lowest and highest: of its draws. " +
                          intervalSentence(comparison.resamples),
                      "mean over draws of exp(mean NLL), over that of the reference set", source};
    figure.columns = {"method", "set",      "source", "windows", "tokens",
                      "draws",  "relative", "lowest", "highest"};
    for (const CalibrationSetResult& set : comparison.sets) {
        double lowest = notMeasured, highest = notMeasured;
        for (const std::size_t lane : set.lanes) {
            const double value = comparison.lanes[lane].relative.value;
            lowest = std::fmin(lowest, value);
            highest = std::fmax(highest, value);
        }
        figure.rows.push_back({set.method, set.set, set.source, double(set.examples),
                               double(set.tokens), double(set.lanes.size()), set.relative, lowest,
                               highest});
    }
    return {.name = "sets", .body = std::move(figure)};
}

Figure spreadTable(const CalibrationComparison& comparison) {
    TableFigure figure;
    figure.caption = {
        "Spread of each method",
        "Standard deviations of ln perplexity; the largest difference of any two lanes in "
        "perplexity itself. A method that looks at no text must have 0 in every column",
        "within: √(Σ(k−1)s² / Σ(k−1)); between: √max(0, var(means of sets) − mean(within² / k))",
        source};
    figure.columns = {
        "method", "sets", "draws", "between draws", "between sources", "largest difference"};
    for (const CalibrationSpread& spread : comparison.spreads)
        figure.rows.push_back({spread.method, double(spread.sets), double(spread.draws),
                               spread.withinSets, spread.betweenSets, spread.largestDifference});
    return {.name = "spreads", .body = std::move(figure)};
}

Figure laneTable(const CalibrationComparison& comparison) {
    TableFigure figure;
    figure.caption = {"Every draw",
                      "What each quantized model was calibrated on, and what came of it. " +
                          intervalSentence(comparison.resamples),
                      "perplexity: exp(mean NLL over all tokens)", source};
    figure.columns = {"method",          "set",        "draw",    "windows", "tokens", "seed",
                      "hash of the ids", "perplexity", "relative"};
    for (const CalibrationLane& lane : comparison.lanes)
        figure.rows.push_back({lane.method, lane.set, double(lane.draw + 1), double(lane.examples),
                               double(lane.tokens), lane.seed, lane.hash, lane.perplexity,
                               lane.relative});
    return {.name = "lanes", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> calibrationFigures(const SessionView& view) {
    const CalibrationComparison comparison = compareCalibration(view, view.resamples());
    if (comparison.lanes.empty())
        return {};
    return {drawStrips(comparison),       spreadBars(comparison), sizeCurves(comparison, false),
            sizeCurves(comparison, true), setTable(comparison),   spreadTable(comparison),
            laneTable(comparison)};
}

} // namespace quantscope
