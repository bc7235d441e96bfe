#include "core/analysis/figures.h"
#include "core/analysis/reports.h"
#include "core/analysis/statistics.h"
#include "core/data/array_source.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <cmath>

namespace quantscope {

namespace {

/// Layers by experts; nothing where no layer has a value.
MatrixFigure expertMatrix(const SessionView& view, const std::vector<std::vector<double>>& byLayer,
                          Caption caption, const std::string& valueTitle) {
    MatrixFigure figure;
    figure.caption = std::move(caption);
    const std::size_t experts = view.session().extent("expert");
    Matrix& matrix = figure.matrix;
    matrix.rowTitle = "layer";
    matrix.columnTitle = "expert";
    matrix.valueTitle = valueTitle;
    for (std::size_t layer = 0; layer < byLayer.size(); ++layer) {
        if (byLayer[layer].size() != experts || std::isnan(mean(byLayer[layer])))
            continue; // a layer without experts
        matrix.rowLabels.push_back(std::to_string(layer));
        matrix.values.insert(matrix.values.end(), byLayer[layer].begin(), byLayer[layer].end());
    }
    matrix.rows = matrix.rowLabels.size();
    matrix.columns = matrix.rows > 0 ? experts : 0;
    for (std::size_t expert = 0; expert < matrix.columns; ++expert)
        matrix.columnLabels.push_back(std::to_string(expert));
    return figure;
}

std::vector<std::vector<double>> byLayer(const SessionView& view, const std::string& path,
                                         std::size_t lane) {
    std::vector<std::vector<double>> values;
    for (std::size_t layer = 0; layer < view.layers(); ++layer)
        values.push_back(view.slice(path, {lane, layer}));
    return values;
}

Figure agreementCurves(const SessionView& view) {
    CurveFigure figure;
    figure.caption = {"Routing agreement by layer",
                      "Share of a token's experts that the reference's router chooses too, mean "
                      "over examples and positions 1..T",
                      "|E(t) ∩ E_ref(t)| / k", ""};
    figure.xTitle = "layer";
    figure.yTitle = "agreement";
    for (const std::string& lane : view.methodLanes()) {
        Curve curve;
        curve.name = curve.role = lane;
        for (std::size_t layer = 0; layer < view.layers(); ++layer) {
            const double value = mean(view.row("/experts/agreement", lane, layer));
            if (std::isnan(value))
                continue;
            curve.x.push_back(static_cast<double>(layer));
            curve.y.push_back(value);
        }
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    return {.name = "routing-agreement", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> expertFigures(const SessionView& view, const std::string& lane) {
    if (!findLayout(view.session(), "/experts/load"))
        return {};
    std::vector<Figure> figures;
    const auto reference = byLayer(view, "/experts/load", 0);
    figures.push_back(
        {.name = "routing-map",
         .body = expertMatrix(view, reference,
                              {"Routing map of the reference",
                               "Share of the tokens at positions 1..T that each layer's router "
                               "sends to an expert; the shares of a layer add up to the experts "
                               "that a token gets",
                               "#{t : i ∈ E(t)} / T", ""},
                              "share of tokens")});
    const auto index = view.laneIndex(lane);
    if (!index)
        return figures;
    auto change = byLayer(view, "/experts/load", *index);
    for (std::size_t layer = 0; layer < change.size(); ++layer)
        for (std::size_t expert = 0; expert < change[layer].size(); ++expert)
            change[layer][expert] -= reference[layer][expert];
    MatrixFigure moved = expertMatrix(
        view, change,
        {"Change of the routing map",
         "Share of tokens that the router of " + lane + " sends to an expert, less the reference's",
         "load(lane) − load(reference)", ""},
        "share of tokens, change");
    moved.matrix.diverging = true;
    figures.push_back({.name = "routing-change", .body = std::move(moved)});
    figures.push_back(agreementCurves(view));
    for (const char* site : {"down", "gate", "up"})
        figures.push_back(
            {.name = fmt::format("expert-error-{}", site),
             .body = expertMatrix(
                 view, byLayer(view, fmt::format("/experts/{}/relative_error", site), *index),
                 {fmt::format("Error of each expert's {}", site),
                  fmt::format("Norm of the difference to the reference's over the reference's "
                              "norm, of {}, mean over tokens that both send to the expert",
                              lane),
                  "‖x − x_ref‖ / ‖x_ref‖", ""},
                 "relative error")});
    return figures;
}

} // namespace quantscope
