#include "core/analysis/allocation_results.h"
#include "core/analysis/figures.h"
#include "core/analysis/reports.h"
#include "core/analysis/sensitivity.h"
#include "core/data/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

constexpr std::size_t mostExamples = 8; ///< listed of those that gain, and of those that lose

std::vector<HeldOutRow> rowsOfDraw(const std::vector<HeldOutRow>& rows, const std::string& draw) {
    std::vector<HeldOutRow> own;
    for (const HeldOutRow& row : rows)
        if (row.draw == draw)
            own.push_back(row);
    return own;
}

Figure comparisonBars(const AllocationResults& results, const std::vector<HeldOutRow>& rows,
                      std::size_t resamples) {
    BarsFigure figure;
    figure.caption = {
        "What held-out text says",
        fmt::format("Divergence from the reference on documents that no decision saw, mean over "
                    "{} draws of calibration text: of the allocated model, of one candidate for "
                    "all matrices, of the same bits spent on the largest matrices, and at random. ",
                    results.draws()) +
            intervalSentence(resamples),
        "mean over examples; mean of the largest tenth by example", ""};
    figure.valueTitle = "KL (nat)";
    BarGroup mean{"mean KL", {}};
    BarGroup worst{"worst decile", {}};
    std::vector<std::string> roles;
    for (const std::size_t a : results.compared()) {
        const HeldOutRow& row = rows[a];
        const std::string note = fmt::format("{:.4g} bits per weight", row.bits);
        mean.bars.push_back({row.assignment, row.assignment, row.kl, false, note});
        worst.bars.push_back({row.assignment, row.assignment, row.worstDecile, false, note});
        roles.push_back(row.assignment);
    }
    figure.groups = {std::move(mean), std::move(worst)};
    return {.name = "compared", .body = std::move(figure), .roles = std::move(roles)};
}

Figure differenceBars(const AllocationResults& results, const std::vector<HeldOutRow>& rows,
                      std::size_t resamples) {
    BarsFigure figure;
    figure.caption = {"Allocated less the others",
                      "Difference of mean KL on held-out text, paired by example, for every draw "
                      "of calibration text; below 0 the allocated model is closer to the "
                      "reference. " +
                          intervalSentence(resamples),
                      "KL(allocated) − KL(other)", ""};
    figure.valueTitle = "difference of KL (nat)";
    std::vector<std::string> roles;
    for (std::size_t draw = 0; draw < results.draws(); ++draw)
        roles.push_back(fmt::format("draw {}", draw));
    const std::size_t count = results.assignments().size();
    for (const std::size_t a : results.compared()) {
        if (a == 0)
            continue;
        BarGroup group{results.assignments()[a], {}};
        for (std::size_t draw = 0; draw < results.draws(); ++draw)
            group.bars.push_back({roles[draw], roles[draw], rows[draw * count + a].against});
        figure.groups.push_back(std::move(group));
    }
    return {.name = "differences", .body = std::move(figure), .reference = 0, .roles = roles};
}

/// A short stroke with a box: a model as a point of a figure of curves.
Curve stroke(const std::string& name, double x, double halfWidth, const Interval& y) {
    Curve curve{name, {x - halfWidth, x + halfWidth}, {y.value, y.value}, {}, {}, name, false};
    if (!std::isnan(y.low) && !std::isnan(y.high)) {
        curve.low = {y.low, y.low};
        curve.high = {y.high, y.high};
    }
    return curve;
}

Figure predictedFigure(const AllocationResults& results, const std::vector<HeldOutRow>& rows) {
    CurveFigure figure;
    figure.caption = {
        "Predicted and measured",
        "The objective that costs of single matrices add up to, against what the calibration "
        "examples show when the assignment is quantized again (first draw). On the dashed line "
        "the costs add up; above it matrices make each other worse.",
        "Σ costs of single matrices; " + results.objective(), ""};
    figure.xTitle = "predicted (nat)";
    figure.yTitle = "measured (nat)";
    double least = INFINITY;
    double most = -INFINITY;
    for (std::size_t a = 0; a < results.assignments().size(); ++a) {
        least = std::fmin(least, rows[a].predicted);
        most = std::fmax(most, rows[a].predicted);
    }
    const double half = std::max(most - least, std::abs(most) * 0.01) / 60;
    std::vector<std::string> roles;
    for (std::size_t a = 0; a < results.assignments().size(); ++a) {
        figure.curves.push_back(stroke(rows[a].assignment, rows[a].predicted, half,
                                       {rows[a].calibrationObjective, notMeasured, notMeasured}));
        roles.push_back(rows[a].assignment);
    }
    figure.curves.push_back({"costs add up",
                             {least - half, most + half},
                             {least - half, most + half},
                             {},
                             {},
                             "",
                             true});
    return {.name = "predicted", .body = std::move(figure), .roles = std::move(roles)};
}

Figure paretoFigure(const std::string& name, const std::string& title,
                    const std::string& definition, const std::vector<ParetoPoint>& points,
                    Interval ParetoPoint::*value) {
    CurveFigure figure;
    figure.caption = {title,
                      definition + " Each model is a stroke, its box the interval over documents; "
                                   "the dashed line joins the allocated ones.",
                      "KL(reference || model) against true bits", ""};
    figure.xTitle = "true bits per weight";
    figure.yTitle = "KL (nat)";
    const double width = points.back().bits - points.front().bits;
    std::vector<std::string> roles;
    Curve front{"allocated, by budget", {}, {}, {}, {}, "", true};
    for (const ParetoPoint& point : points) {
        const Interval& y = point.*value;
        figure.curves.push_back(stroke(point.lane, point.bits, std::max(width, 0.1) / 80, y));
        roles.push_back(point.lane);
        if (point.kind == "allocated") {
            front.x.push_back(point.bits);
            front.y.push_back(y.value);
        }
    }
    if (front.x.size() > 1)
        figure.curves.push_back(std::move(front));
    return {.name = name, .body = std::move(figure), .roles = std::move(roles)};
}

Matrix layersByModules(const SensitivityView& sensitivity, const std::string& valueTitle,
                       const auto& value) {
    Matrix matrix;
    matrix.rows = sensitivity.layers();
    matrix.columns = sensitivity.modules();
    matrix.rowTitle = "layer";
    matrix.columnTitle = "matrix";
    matrix.valueTitle = valueTitle;
    for (std::size_t module = 0; module < matrix.columns; ++module)
        matrix.columnLabels.emplace_back(moduleName(allModules[module]));
    for (std::size_t layer = 0; layer < matrix.rows; ++layer) {
        matrix.rowLabels.push_back(std::to_string(layer));
        for (std::size_t module = 0; module < matrix.columns; ++module)
            matrix.values.push_back(static_cast<float>(
                sensitivity.hasMatrix(layer, module) ? value(layer, module) : notMeasured));
    }
    return matrix;
}

double meanOf(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) /
           static_cast<double>(std::max<std::size_t>(values.size(), 1));
}

Figure sensitivityMap(const SensitivityView& sensitivity, std::size_t candidate) {
    MatrixFigure figure;
    const std::string& name = sensitivity.candidates()[candidate];
    figure.caption = {
        "Where " + name + " hurts",
        "The divergence from the reference when this matrix alone is quantized, as a share of "
        "their sum over all matrices; calibration examples.",
        "KL(reference || reference with one matrix quantized)", ""};
    const Matrix costs =
        layersByModules(sensitivity, "", [&](std::size_t layer, std::size_t module) {
            return meanOf(sensitivity.costKl({candidate, layer, module}));
        });
    double sum = 0;
    for (const float cost : costs.values)
        sum += std::isnan(cost) ? 0.0 : static_cast<double>(cost);
    figure.matrix = layersByModules(
        sensitivity, "share of summed costs (%)", [&](std::size_t layer, std::size_t module) {
            return 100 * static_cast<double>(costs.at(layer, module)) / sum;
        });
    return {.name = "sensitivity-" + name, .body = std::move(figure)};
}

Figure bitsMap(const AllocationResults& results, const SensitivityView& sensitivity,
               std::size_t assignment) {
    MatrixFigure figure;
    const std::string& name = results.assignments()[assignment];
    figure.caption = {"Bits of " + name,
                      "True bits per weight of the candidate that each matrix has, with scales "
                      "and zero points; first draw.",
                      "", ""};
    figure.matrix =
        layersByModules(sensitivity, "bits per weight", [&](std::size_t layer, std::size_t module) {
            const int choice = results.choice(0, assignment, layer, module);
            return choice < 0 ? notMeasured
                              : sensitivity.bits(static_cast<std::size_t>(choice), layer, module);
        });
    return {.name = "bits-" + name, .body = std::move(figure)};
}

Figure assignmentsTable(const std::vector<HeldOutRow>& rows, std::size_t resamples) {
    TableFigure figure;
    figure.caption = {"Assignments",
                      "The objective as predicted and measured on the calibration examples; KL, "
                      "its worst decile and the rise of NLL on held-out text. " +
                          intervalSentence(resamples),
                      "", ""};
    figure.columns = {"assignment",   "draw",        "bits per weight",
                      "predicted",    "measured",    "KL",
                      "worst decile", "rise of NLL", "allocated less this"};
    for (const HeldOutRow& row : rows)
        figure.rows.push_back({row.assignment, row.draw, row.bits, row.predicted,
                               row.calibrationObjective, row.kl, row.worstDecile, row.error,
                               row.against});
    return {.name = "assignments", .body = std::move(figure)};
}

/// The held-out examples that the allocation helps and harms most, against the uniform model.
Figure examplesTable(const AllocationResults& results, std::size_t uniform) {
    TableFigure figure;
    figure.caption = {"Examples that gain and lose most",
                      "KL of the allocated model less that of the uniform one, mean over draws, on "
                      "held-out text: the largest gains, then the largest losses.",
                      "KL(allocated) − KL(uniform)", ""};
    figure.columns = {"example", "difference", "KL allocated", "KL uniform", "text"};
    const std::vector<double> allocated = results.meanKl(0);
    const std::vector<double> others = results.meanKl(uniform);
    const std::vector<std::string> excerpts = results.view().texts("/text/excerpt");
    std::vector<std::size_t> order(std::min(allocated.size(), others.size()));
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return allocated[a] - others[a] < allocated[b] - others[b];
    });
    const std::size_t half = std::min(mostExamples, order.size() / 2);
    for (std::size_t place = 0; place < order.size(); ++place) {
        const std::size_t example = order[place];
        const double difference = allocated[example] - others[example];
        const bool gains = place < half && difference < 0;
        const bool loses = place + half >= order.size() && difference > 0;
        if (gains || loses)
            figure.rows.push_back({fmt::format("{}", example), difference, allocated[example],
                                   others[example],
                                   example < excerpts.size() ? excerpts[example] : std::string()});
    }
    return {.name = "examples", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> allocationFigures(const SessionView& view,
                                      std::vector<std::string>& sentences) {
    std::vector<Figure> figures;
    const SensitivityView sensitivity(view);
    if (!sensitivity.measured())
        return figures;
    const AllocationResults results(view);
    const bool isWhole = results.measured() && !results.meanKl(0).empty();
    if (isWhole) {
        const Resamples resamples = view.resamples();
        const std::vector<HeldOutRow> rows = heldOutRows(results, resamples);
        sentences = allocationFindings(results, rows);
        const std::vector<HeldOutRow> last = rowsOfDraw(rows, results.draws() > 1 ? "all" : "0");
        figures.push_back(comparisonBars(results, last, resamples.count()));
        figures.push_back(differenceBars(results, rows, resamples.count()));
        figures.push_back(predictedFigure(results, rows));
        if (const std::vector<ParetoPoint> points = paretoPoints(view, resamples);
            points.size() > 1) {
            figures.push_back(paretoFigure("pareto", "Size and error",
                                           "Mean KL of every quantized model.", points,
                                           &ParetoPoint::kl));
            figures.push_back(paretoFigure("pareto-worst", "Size and worst decile",
                                           "Mean KL of each model's worst tenth of examples.",
                                           points, &ParetoPoint::worstDecile));
        }
        figures.push_back(assignmentsTable(rows, resamples.count()));
        const std::vector<std::string>& names = results.assignments();
        const auto uniform = std::find(names.begin(), names.end(), "uniform");
        if (uniform != names.end())
            figures.push_back(
                examplesTable(results, static_cast<std::size_t>(uniform - names.begin())));
        figures.push_back(bitsMap(results, sensitivity, 0));
    }
    for (std::size_t candidate = 0; candidate < sensitivity.candidates().size(); ++candidate)
        figures.push_back(sensitivityMap(sensitivity, candidate));
    return figures;
}

} // namespace quantscope
