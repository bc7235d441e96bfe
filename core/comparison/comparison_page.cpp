#include "core/analysis/statistics.h"
#include "core/comparison/session_comparer.h"
#include "core/data/error.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

/// The pair asked for, else the first of quantized lanes.
LanePair chosenPair(const std::vector<LanePair>& pairs, const ComparisonRequest& request) {
    const LanePair wanted{request.laneA, request.laneB};
    const auto found = std::find(pairs.begin(), pairs.end(), wanted);
    return found != pairs.end() ? *found : pairs.front();
}

/// An error by example; of references, which have none, the NLL.
std::vector<double> errorsOf(const SessionView& view, const std::string& lane) {
    std::vector<double> errors =
        view.row(lane == referenceLane ? "/examples/nll" : "/examples/error", lane);
    errors.resize(view.examples(), notMeasured);
    return errors;
}

std::string columnName(const std::string& lane, const char* side) {
    return fmt::format("{}[{}] in {}", lane == referenceLane ? "nll" : "error", lane, side);
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
    ComparisonOptions options;
    if (!request.laneA.empty() && !request.laneB.empty())
        options.lanes = {request.laneA + "=" + request.laneB};
    const SessionComparer comparer(a, b, options);
    ComparisonValues values = comparer.summary();
    if (values.pairs.empty())
        throw Error(ErrorKind::Input, "The sessions have no lanes of one name: choose a lane of "
                                      "each.");
    const LanePair pair = chosenPair(values.pairs, request);
    values.lanes = {{pair, comparer.metrics(pair, comparer.usualMetrics())}};

    const SessionView& viewA = comparer.viewA();
    const std::vector<double> errorsA = errorsOf(viewA, pair.a);
    const std::vector<double> errorsB = errorsOf(comparer.viewB(), pair.b);
    values.errorA = {columnName(pair.a, "A"), "nat",
                     std::vector<double>(viewA.examples(), notMeasured)};
    values.errorB = {columnName(pair.b, "B"), "nat", values.errorA.values};
    values.difference = {"difference, B − A", "nat", values.errorA.values};
    for (const ExamplePair& matched : values.matching.pairs) {
        values.errorA.values[matched.a] = errorsA[matched.a];
        values.errorB.values[matched.a] = errorsB[matched.b];
        values.difference.values[matched.a] = errorsB[matched.b] - errorsA[matched.a];
    }
    values.largeA = exampleSets(viewA, pair.a).large;
    values.excerpts = viewA.texts("/text/excerpt");
    values.excerpts.resize(viewA.examples());

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
