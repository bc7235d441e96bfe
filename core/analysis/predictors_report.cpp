#include "core/analysis/figures.h"
#include "core/analysis/predictors.h"
#include "core/analysis/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr const char* inTableOnly = "ridge: reference NLL";

std::string method(const PredictorResults& results) {
    return fmt::format("{} examples; predictors from the full-precision run alone: its loss, and "
                       "norm and kurtosis of r and h at {} layers. Five folds by document, the "
                       "ridge penalty chosen by four folds inside. {}, models as they were fitted",
                       results.examples, results.layersUsed, intervalSentence(results.resamples));
}

/// A bar a model for every lane.
Figure modelBars(const PredictorResults& results, const std::vector<std::string>& lanes,
                 const std::string& name, Caption caption, const std::string& valueTitle,
                 Interval PredictorScore::*value, bool withCeiling, double reference) {
    BarsFigure figure;
    figure.caption = std::move(caption);
    figure.valueTitle = valueTitle;
    // There are five colours; what ridge makes of the loss alone is in the table.
    std::vector<std::string> roles = results.models;
    std::erase(roles, std::string(inTableOnly));
    for (const std::string& lane : lanes) {
        BarGroup group{lane, {}};
        for (const PredictorScore& score : results.scores)
            if (score.lane == lane && score.model != inTableOnly)
                group.bars.push_back({score.model, score.model, score.*value});
        for (const PredictorCeiling& ceiling : results.ceilings)
            if (withCeiling && ceiling.lane == lane)
                group.bars.push_back({"ceiling", "reference", ceiling.r2, false,
                                      "reliability of the error: odd and even tokens"});
        if (!group.bars.empty())
            figure.groups.push_back(std::move(group));
    }
    return {
        .name = name, .body = std::move(figure), .reference = reference, .roles = std::move(roles)};
}

Figure acrossMatrix(const PredictorResults& results, const std::vector<std::string>& lanes,
                    const std::string& name, const std::string& title,
                    const std::string& valueTitle, const std::string& formula,
                    Interval PredictorScore::*value, bool diverging) {
    MatrixFigure figure;
    figure.caption = {title,
                      "The ridge model with all predictors, fitted to the errors of one method "
                      "(row) and held against those of another (column) on documents that it was "
                      "not fitted to",
                      formula, ""};
    figure.matrix = laneMatrix(lanes, "fitted to", "held against", valueTitle);
    figure.matrix.diverging = diverging;
    const auto place = [&](const std::string& lane) {
        return static_cast<std::size_t>(std::find(lanes.begin(), lanes.end(), lane) -
                                        lanes.begin());
    };
    for (const PredictorScore& score : results.acrossLanes)
        figure.matrix.values[place(score.trainedOn) * lanes.size() + place(score.lane)] =
            static_cast<float>((score.*value).value);
    return {.name = name, .body = std::move(figure)};
}

Figure scoreTable(const PredictorResults& results) {
    TableFigure figure;
    figure.caption = {"What the reference run foretells", method(results),
                      "R² = 1 − Σ(e − ê)² / Σ(e − mean of the training folds)²", ""};
    figure.columns = {"method", "model", "R²", "Pearson", "Spearman", "AUC for D_large"};
    for (const PredictorScore& score : results.scores)
        figure.rows.push_back(
            {score.lane, score.model, score.r2, score.pearson, score.spearman, score.auc});
    for (const PredictorCeiling& ceiling : results.ceilings)
        if (!std::isnan(ceiling.r2.value))
            figure.rows.push_back({ceiling.lane, std::string("ceiling: reliability of e"),
                                   ceiling.r2, notMeasured, notMeasured, notMeasured});
    return {.name = "predictors", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> predictorFigures(const SessionView& view) {
    const PredictorResults results = predictErrors(view, view.resamples());
    if (results.scores.empty())
        return {};
    const std::vector<std::string>& lanes = view.methodLanes();
    return {modelBars(results, lanes, "r2",
                      {"How much of the error the reference foretells",
                       method(results) + "; ceiling: reliability of the error",
                       "R² = 1 − Σ(e − ê)² / Σ(e − mean of the training folds)²", ""},
                      "cross-validated R²", &PredictorScore::r2, true, 1),
            modelBars(results, lanes, "auc",
                      {"How well the reference finds D_large", method(results),
                       "AUC: how often an example of D_large is foretold a larger error than one "
                       "outside it; chance is .5",
                       ""},
                      "AUC for D_large", &PredictorScore::auc, false, .5),
            acrossMatrix(results, lanes, "pearson-across-methods", "From one method to another",
                         "ρ(ê, e)", "ρ(ê of the row's method, e of the column's)",
                         &PredictorScore::pearson, true),
            acrossMatrix(results, lanes, "auc-across-methods", "D_large from one method to another",
                         "AUC for D_large", "AUC of ê of the row's method for the column's D_large",
                         &PredictorScore::auc, false),
            scoreTable(results)};
}

} // namespace quantscope
