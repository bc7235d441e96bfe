#include "core/analysis/bootstrap.h"
#include "core/analysis/pages.h"
#include "core/analysis/reliability.h"
#include "core/analysis/session_view.h"
#include "core/analysis/statistics.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>

namespace quantscope {

namespace {

/// A label column as numbers where every label is one.
std::vector<double> numericLabel(const std::vector<std::string>& label) {
    std::vector<double> numbers;
    for (const std::string& text : label) {
        double value = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (failed != std::errc() || end != text.data() + text.size())
            return {};
        numbers.push_back(value);
    }
    return numbers;
}

std::vector<ExampleColumn> quantities(const SessionView& view) {
    std::vector<ExampleColumn> columns = exampleColumns(view);
    const auto add = [&](std::string name, std::string unit, std::vector<double> values) {
        if (!values.empty())
            columns.push_back({std::move(name), std::move(unit), std::move(values)});
    };
    if (view.layers() > 0) {
        const std::size_t last = view.layers() - 1;
        for (const char* site : {"resid_mid", "ln2"})
            for (const char* statistic : {"norm", "kurtosis"})
                add(fmt::format("{}[{}, layer {}]", statistic, site, last), "1",
                    view.row(sitePath(site, statistic), std::string(referenceLane), last));
        for (const std::string& lane : view.methodLanes()) {
            add(fmt::format("relative_error[resid_mid, layer {}, {}]", last, lane), "1",
                view.row(sitePath("resid_mid", "relative_error"), lane, last));
            add(fmt::format("mse[down, layer {}, {}]", last, lane), "1",
                view.row(sitePath("down", "mse"), lane, last));
        }
    }
    // Of different tokens, so that the two share no term.
    add("nll_reference[even tokens]", "nat",
        halfNll(view, std::string(referenceLane), TokenHalf::Even));
    for (const std::string& lane : view.methodLanes())
        add("error[" + lane + ", odd tokens]", "nat", halfErrors(view, lane, TokenHalf::Odd));
    if (view.examples() > 0)
        add("tokens", "1", view.tokenCounts());
    for (const std::string& name : view.labelNames())
        add(name, "", numericLabel(view.label(name)));
    return columns;
}

Matrix methodMatrix(const std::vector<std::string>& lanes, const std::string& title,
                    const std::function<double(std::size_t, std::size_t)>& value) {
    Matrix matrix;
    matrix.rows = matrix.columns = lanes.size();
    matrix.rowLabels = matrix.columnLabels = lanes;
    matrix.rowTitle = matrix.columnTitle = "method";
    matrix.valueTitle = title;
    for (std::size_t row = 0; row < lanes.size(); ++row)
        for (std::size_t column = 0; column < lanes.size(); ++column)
            // Symmetric to the last digit: each pair is computed once.
            matrix.values.push_back(column < row ? matrix.at(column, row)
                                                 : static_cast<float>(value(row, column)));
    return matrix;
}

} // namespace

ErrorsValues errorsValues(const SessionData& session) {
    const SessionView view(session);
    ErrorsValues values;
    values.quantities = quantities(view);
    const std::vector<std::string>& lanes = view.methodLanes();
    std::vector<std::vector<double>> errors;
    std::vector<std::vector<std::size_t>> large;
    for (const std::string& lane : lanes) {
        errors.push_back(view.row("/examples/error", lane));
        large.push_back(exampleSets(view, lane).large);
    }
    const ExampleSets pair = exampleSets(view, view.methodLane({}));
    values.large = pair.large;
    values.control = pair.control;
    values.pearson =
        methodMatrix(lanes, "Pearson correlation of errors",
                     [&](std::size_t a, std::size_t b) { return pearson(errors[a], errors[b]); });
    values.pearson.diverging = true;
    values.spearman =
        methodMatrix(lanes, "Spearman correlation of errors",
                     [&](std::size_t a, std::size_t b) { return spearman(errors[a], errors[b]); });
    values.spearman.diverging = true;
    values.jaccard =
        methodMatrix(lanes, "Jaccard index of D_large",
                     [&](std::size_t a, std::size_t b) { return jaccard(large[a], large[b]); });
    values.ceiling = ceilingSentence(view, lanes);
    values.jaccardByChance = jaccardByChance(pair.large.size(), view.examples());
    return values;
}

ScatterStatistics scatterStatistics(const ExampleColumn& x, const ExampleColumn& y,
                                    const SessionData& session) {
    const SessionView view(session);
    ScatterStatistics statistics;
    const Line line = fitLine(x.values, y.values);
    statistics.slope = line.slope;
    statistics.intercept = line.intercept;
    statistics.count = line.count;
    const Resamples resamples = view.resamples();
    statistics.pearson = pearsonInterval(x.values, y.values, resamples);
    statistics.spearman = spearmanInterval(x.values, y.values, resamples);
    return statistics;
}

} // namespace quantscope
