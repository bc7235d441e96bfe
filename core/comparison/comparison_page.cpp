#include "core/analysis/statistics.h"
#include "core/comparison/gate.h"
#include "core/comparison/lane_pairs.h"
#include "core/comparison/session_comparer.h"
#include "core/data/error.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

/// As many as a person may want to look through.
constexpr std::size_t mostListed = 300;

/// The pair asked for, else the first, before all others.
void putChosenFirst(std::vector<LanePair>& pairs, const SessionComparer& comparer,
                    const ComparisonRequest& request) {
    if (request.laneA.empty() || request.laneB.empty() ||
        !comparer.viewA().laneIndex(request.laneA) || !comparer.viewB().laneIndex(request.laneB))
        return; // lanes of sessions that were open before
    const LanePair wanted{request.laneA, request.laneB};
    std::erase(pairs, wanted);
    pairs.insert(pairs.begin(), wanted);
}

/// Examples with a difference, the largest first.
std::vector<std::size_t> byDifference(const ComparisonValues& values) {
    const std::vector<double>& differences = values.difference.values;
    std::vector<std::size_t> examples;
    for (const ExamplePair& pair : values.matching.pairs)
        if (std::isfinite(differences[pair.a]))
            examples.push_back(pair.a);
    std::stable_sort(examples.begin(), examples.end(), [&](std::size_t x, std::size_t y) {
        return std::fabs(differences[x]) > std::fabs(differences[y]);
    });
    examples.resize(std::min(examples.size(), mostListed));
    return examples;
}

/// What is compared by example: the error; the NLL where a lane is the reference, which has none.
const char* comparedColumn(const LanePair& pair) {
    return pair.a == referenceLane || pair.b == referenceLane ? "nll" : "error";
}

std::vector<double> valuesByExample(const SessionView& view, const std::string& lane,
                                    const std::string& column) {
    std::vector<double> values = view.row("/examples/" + column, lane);
    values.resize(view.examples(), notMeasured);
    return values;
}

Curve densityCurve(std::string name, std::string role, const std::vector<double>& values) {
    Curve curve;
    Density density = kernelDensity(values);
    curve.name = std::move(name);
    curve.role = std::move(role);
    curve.x = std::move(density.x);
    curve.y = std::move(density.y);
    return curve;
}

CurveFigure distributionOf(const ComparisonValues& values) {
    CurveFigure figure;
    figure.caption = {"How examples changed",
                      "Density over the examples that both sessions have of the error in B less "
                      "the error in A; to the right of 0 B is worse",
                      "e_B(x) − e_A(x), e(x; θ~) = NLL(x; θ~) − NLL(x; θ)",
                      "Gaussian kernel, bandwidth by Silverman's rule"};
    figure.xTitle = "difference, B − A (nat)";
    figure.yTitle = "density";
    for (Curve curve : {densityCurve("all", "all", values.difference.values),
                        densityCurve("D_large of A", "d_large",
                                     valuesAt(values.difference.values, values.largeA))})
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    return figure;
}

BarsFigure groupsOf(const ComparisonValues& values) {
    BarsFigure figure;
    figure.caption = {"Error by kind of text",
                      fmt::format("Mean error over the matched examples of a label in either "
                                  "session; 95 % percentile intervals from {} resamples of "
                                  "documents",
                                  values.resamples),
                      "e(x; θ~) = NLL(x; θ~) − NLL(x; θ)", ""};
    figure.valueTitle = "mean error (nat)";
    for (const ComparedMetric& metric : values.lanes.front().metrics) {
        constexpr std::string_view end = ":error";
        if (!metric.name.starts_with("group:") || !metric.name.ends_with(end))
            continue;
        figure.groups.push_back(
            {metric.group, {{"A", "A", metric.a, false, {}}, {"B", "B", metric.b, false, {}}}});
    }
    return figure;
}

} // namespace

ComparisonValues comparisonPage(const SessionData& a, const SessionData& b,
                                const ComparisonRequest& request) {
    const SessionComparer comparer(a, b, {});
    ComparisonValues values = comparer.summary();
    putChosenFirst(values.pairs, comparer, request);
    values.gates = tryGates(comparer, values.pairs, request.conditions);
    if (values.pairs.empty())
        throw Error(ErrorKind::Input, "The sessions have no lanes of one name: choose a lane of "
                                      "each.");
    for (const LanePair& each : values.pairs)
        values.lanes.push_back({each, comparer.metrics(each, comparer.usualMetrics())});
    const LanePair pair = values.pairs.front();

    const SessionView& viewA = comparer.viewA();
    const std::string column = comparedColumn(pair);
    const std::vector<double> errorsA = valuesByExample(viewA, pair.a, column);
    const std::vector<double> errorsB = valuesByExample(comparer.viewB(), pair.b, column);
    values.errorA = {fmt::format("{}[{}] in A", column, pair.a), "nat",
                     std::vector<double>(viewA.examples(), notMeasured)};
    values.errorB = {fmt::format("{}[{}] in B", column, pair.b), "nat", values.errorA.values};
    values.difference = {"difference, B − A", "nat", values.errorA.values};
    for (const ExamplePair& matched : values.matching.pairs) {
        values.errorA.values[matched.a] = errorsA[matched.a];
        values.errorB.values[matched.a] = errorsB[matched.b];
        values.difference.values[matched.a] = errorsB[matched.b] - errorsA[matched.a];
    }
    values.largeA = exampleSets(viewA, pair.a).large;
    values.excerpts = viewA.texts("/text/excerpt");
    values.excerpts.resize(viewA.examples());
    values.differMost = byDifference(values);

    const std::vector<double> x = valuesAt(values.errorA.values, comparer.examplesA());
    const std::vector<double> y = valuesAt(values.errorB.values, comparer.examplesA());
    const Line line = fitLine(x, y);
    values.scatter = {pearsonInterval(x, y, comparer.resamples()),
                      spearmanInterval(x, y, comparer.resamples()), line.slope, line.intercept,
                      line.count};
    values.distribution = distributionOf(values);
    values.groups = groupsOf(values);
    return values;
}

} // namespace quantscope
