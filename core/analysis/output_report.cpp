#include "core/analysis/figures.h"
#include "core/analysis/group_errors.h"
#include "core/analysis/output_suite.h"
#include "core/analysis/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace quantscope {

namespace {

Figure quantileFigure(const SessionView& view) {
    CurveFigure figure;
    figure.caption = {"KL by share of tokens",
                      "Of so many percent of all predicted tokens the divergence is at most this; "
                      "the last tenth of a percent holds the largest",
                      "KL(p_reference ‖ p_lane) = Σ p_reference ln(p_reference / p_lane)",
                      "as llama.cpp's perplexity tool has it"};
    figure.xTitle = "share of tokens (%)";
    figure.yTitle = "KL (nat)";
    for (const std::string& lane : view.methodLanes()) {
        const QuantileCurve quantiles = klQuantiles(view, lane);
        Curve curve;
        curve.name = curve.role = lane;
        for (std::size_t place = 0; place < quantiles.percent.size(); ++place)
            if (quantiles.value[place] > 0) { // drawn on a logarithmic axis
                curve.x.push_back(quantiles.percent[place]);
                curve.y.push_back(quantiles.value[place]);
            }
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    return {.name = "kl-by-share", .body = std::move(figure), .logarithmic = true};
}

std::string bucketLabel(const ConfidenceBucket& bucket) {
    return fmt::format("p {} to {}", bucket.low, bucket.high);
}

/// One quantity of the buckets, all lanes.
Figure bucketBars(const SessionView& view, const std::string& name, Caption caption,
                  const std::string& valueTitle,
                  const std::map<std::string, std::vector<ConfidenceBucket>>& buckets,
                  Interval ConfidenceBucket::*value) {
    BarsFigure figure;
    figure.caption = std::move(caption);
    figure.valueTitle = valueTitle;
    for (const std::string& lane : view.methodLanes()) {
        const std::vector<ConfidenceBucket>& ofLane = buckets.at(lane);
        figure.groups.resize(std::max(figure.groups.size(), ofLane.size()));
        for (std::size_t place = 0; place < ofLane.size(); ++place) {
            figure.groups[place].label = bucketLabel(ofLane[place]);
            figure.groups[place].bars.push_back(
                {lane, lane, ofLane[place].*value, false,
                 fmt::format("{:.1f} % of the tokens", 100 * ofLane[place].share)});
        }
    }
    return {.name = name, .body = std::move(figure)};
}

Figure shareBars(const SessionView& view, const std::string& lane, const Resamples& resamples,
                 bool labelsOnly) {
    BarsFigure figure;
    figure.caption = {"What D_large consists of",
                      "Share of D_large and of all examples that are of each group. " +
                          intervalSentence(resamples.count()) + ", the set as it is",
                      "|group ∩ D_large| / |D_large|", paperSource("figure 3")};
    figure.valueTitle = "share";
    const std::vector<std::string> labels = view.labelNames();
    for (const GroupError& group : groupErrors(view, lane, resamples)) {
        if (labelsOnly && std::find(labels.begin(), labels.end(), group.column) == labels.end())
            continue;
        const Interval ofAll{group.shareOfData, notMeasured, notMeasured};
        const std::string note = fmt::format("{} examples", group.examples);
        figure.groups.push_back({group.column + ": " + group.group,
                                 {{"D_large", "d_large", group.shareOfLarge, false, note},
                                  {"all examples", "all", ofAll, false, note}}});
    }
    return {.name = "d-large-by-group", .body = std::move(figure)};
}

} // namespace

Figure suiteTable(const SessionView& view, const Resamples& resamples) {
    TableFigure figure;
    figure.caption = {"Output of every method beside the reference's",
                      "Over all predicted tokens; Δp is the probability of the true token less the "
                      "reference's, in points of percent. " +
                          intervalSentence(resamples.count()) + "; quantiles have none",
                      "KL(reference ‖ lane); perplexity = exp(mean NLL)",
                      "as llama.cpp's perplexity tool has it"};
    figure.columns = {"statistic", "unit"};
    std::vector<std::string> order;
    std::map<std::string, std::string> units;
    std::map<std::string, std::map<std::string, Interval>> values;
    for (const std::string& lane : view.methodLanes()) {
        figure.columns.push_back(lane);
        for (const OutputStatistic& statistic : outputSuite(view, lane, resamples)) {
            if (!units.contains(statistic.name))
                order.push_back(statistic.name);
            units[statistic.name] = statistic.unit;
            values[statistic.name][lane] = statistic.value;
        }
    }
    for (const std::string& name : order) {
        std::vector<TableCell> row = {name, units[name]};
        for (const std::string& lane : view.methodLanes())
            row.emplace_back(values[name][lane]);
        figure.rows.push_back(std::move(row));
    }
    return {.name = "output-suite", .body = std::move(figure)};
}

Figure groupBars(const SessionView& view, const std::string& lane, const Resamples& resamples) {
    BarsFigure figure;
    figure.caption = {"Error by kind of text, " + lane,
                      "Mean error of the examples of each label, and of those with low (head) and "
                      "high (tail) loss in the reference. " +
                          intervalSentence(resamples.count()),
                      "e(x) = NLL(x; quantized) − NLL(x; full precision)",
                      paperSource("section 6")};
    figure.valueTitle = "mean error e (nat)";
    for (const GroupError& group : groupErrors(view, lane, resamples))
        figure.groups.push_back({group.column + ": " + group.group,
                                 {{lane, lane, group.error, group.examples < 10,
                                   fmt::format("{} examples", group.examples)}}});
    return {.name = "error-by-group", .body = std::move(figure)};
}

Figure groupShares(const SessionView& view, const std::string& lane, const Resamples& resamples) {
    return shareBars(view, lane, resamples, true);
}

std::vector<Figure> outputFigures(const SessionView& view, const std::string& lane) {
    const Resamples resamples = view.resamples();
    std::map<std::string, std::vector<ConfidenceBucket>> buckets;
    for (const std::string& method : view.methodLanes())
        buckets[method] = confidenceBuckets(view, method, resamples);
    const std::string shared =
        "Tokens by the probability that the reference gave the true token. " +
        intervalSentence(resamples.count());
    return {
        suiteTable(view, resamples),
        quantileFigure(view),
        bucketBars(view, "kl-by-confidence",
                   {"KL by the reference's confidence", shared, "mean KL(reference ‖ lane)", ""},
                   "mean KL (nat)", buckets, &ConfidenceBucket::kl),
        bucketBars(view, "error-by-confidence",
                   {"Error by the reference's confidence",
                    shared + "; both share the reference's loss, so that what it found "
                             "improbable by chance gets better with any change",
                    "mean of NLL(lane) − NLL(reference)", ""},
                   "mean error (nat)", buckets, &ConfidenceBucket::error),
        groupBars(view, lane, resamples),
        shareBars(view, lane, resamples, false)};
}

} // namespace quantscope
