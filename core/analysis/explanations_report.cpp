#include "core/analysis/figures.h"
#include "core/analysis/group_errors.h"
#include "core/analysis/lane_explanation.h"
#include "core/analysis/noise_floor.h"
#include "core/analysis/reliability.h"
#include "core/analysis/reports.h"
#include "core/analysis/set_curves.h"
#include "core/data/noise_floor.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

std::vector<Interval> columnOf(const CorrelationGrid& grid, std::size_t first, std::size_t count) {
    return {grid.values.begin() + static_cast<std::ptrdiff_t>(first),
            grid.values.begin() + static_cast<std::ptrdiff_t>(first + count)};
}

/// The paper's explanation and its rivals on one axis.
Figure rivals(const SessionView& view, const std::string& lane, const Resamples& resamples) {
    const std::string reference(referenceLane);
    std::vector<std::vector<double>> x = byLayer(view, sitePath("resid_mid", "norm"), reference);
    for (auto& column : byLayer(view, sitePath("resid_mid", "relative_error"), lane))
        x.push_back(std::move(column));
    const std::vector<std::vector<double>> errors = {view.row("/examples/error", lane)};
    const CorrelationGrid grid = correlationGrid(x, errors, resamples, {1000, view.analysisSeed()});
    CurveFigure figure;
    figure.caption = {
        "Residual size and its rivals, " + lane,
        "Correlation over examples with the method's final error: norm of r in the reference; the "
        "same given the reference's loss (partial); relative drift of r in the method's run. " +
            intervalSentence(grid.resamples) +
            (std::isnan(grid.band) ? std::string() : "; " + bandSentence(grid)),
        "ρ(‖r(l)‖, e); ρ(‖r(l)‖, e | NLL); ρ(‖Δr(l)‖ / ‖r(l)‖, e)", paperSource("section 4")};
    figure.xTitle = "layer";
    figure.yTitle = "ρ with the error e";
    const std::size_t layers = view.layers();
    figure.curves = {
        layerCurve("‖r‖", "norm", columnOf(grid, 0, layers)),
        layerCurve("‖r‖ given NLL", "partial", normPartialByLayer(view, lane, resamples)),
        layerCurve("drift ‖Δr‖/‖r‖", "drift", columnOf(grid, layers, layers))};
    std::erase_if(figure.curves, [](const Curve& curve) { return curve.x.empty(); });
    if (const std::string ceiling = ceilingSentence(view, {lane}); !ceiling.empty())
        figure.caption.definition += "; " + ceiling;
    addNoiseCorrelations(figure, view, {x.data(), layers}, resamples);
    addNullBand(figure, grid.band);
    return {.name = "rivals-by-layer",
            .body = std::move(figure),
            .zeroLine = true,
            .roles = {"norm", "partial", "drift"}};
}

Figure amplificationFigure(const SessionView& view, const std::string& lane,
                           const Resamples& resamples) {
    const CorrelationGrid raw = amplification(view, lane, OutputError::Accumulated, resamples);
    const CorrelationGrid relative = amplification(view, lane, OutputError::Relative, resamples);
    const CorrelationGrid local = amplification(view, lane, OutputError::Local, resamples);
    CurveFigure figure;
    figure.caption = {"Amplification by the norm, " + lane,
                      "Correlation over examples of norm(h) with the error of the MLP's output, "
                      "each run with its own inputs. Raw MSE grows with the size of the output; "
                      "the relative one is divided by its squared norm; the local one is of the "
                      "quantized MLP fed with the reference's h. " +
                          intervalSentence(raw.resamples) +
                          "; the grey band is the widest of the lines' bands by shuffling",
                      "MSE(l) = mean (o − õ)² over width and positions; relative: Σ(o − õ)² / Σ o²",
                      paperSource("section 4")};
    figure.xTitle = "layer";
    figure.yTitle = "ρ(norm(h), MSE)";
    figure.curves = {layerCurve("MSE", "raw", raw.values),
                     layerCurve("MSE / ‖o‖²", "relative", relative.values),
                     layerCurve("local MSE", "local", local.values)};
    std::erase_if(figure.curves, [](const Curve& curve) { return curve.x.empty(); });
    if (hasNoiseFloor(view)) {
        const CorrelationGrid noise =
            amplification(view, std::string(noiseFloorLane), OutputError::Accumulated, resamples);
        addNoiseCurve(
            figure, view, layerAxis(view),
            [&](double layer) {
                const auto row = static_cast<std::size_t>(layer);
                return row < noise.rows ? noise.at(row, 0) : Interval{};
            },
            "the same with the MSE of the reference run again, which rounding alone makes");
    }
    double band = notMeasured;
    for (const double one : {raw.band, relative.band, local.band})
        if (!std::isnan(one))
            band = std::isnan(band) ? one : std::max(band, one);
    addNullBand(figure, band);
    return {.name = "amplification-by-layer",
            .body = std::move(figure),
            .zeroLine = true,
            .roles = {"raw", "relative", "local"}};
}

Figure mediationBars(const SessionView& view, const std::string& lane, const Resamples& resamples) {
    const Mediation mediation = residualMediation(view, lane, resamples);
    BarsFigure figure;
    figure.caption = {
        "Paths from residual size to error, " + lane,
        fmt::format("How much of the association of ‖r‖ at the last layer with e runs "
                    "through each quantity, all standardized, {} examples; what is "
                    "shown are associations, not interventions. ",
                    mediation.examples) +
            intervalSentence(resamples.count()),
        "total c = direct c′ + Σ a·b; a: mediator on ‖r‖, b: e on the mediator with "
        "‖r‖ and the others held; chain: the product of the steps ‖r‖ → ‖h‖ → MLP "
        "error → drift → e",
        ""};
    figure.valueTitle = "effect (standard deviations of e)";
    const auto add = [&](const std::string& label, const Interval& value) {
        figure.groups.push_back({label, {{lane, lane, value}}});
    };
    add("total", mediation.total);
    add("direct", mediation.direct);
    for (const Mediation::Path& path : mediation.paths)
        add("through " + path.name, path.indirect);
    add("along the chain", mediation.chain);
    return {.name = "mediation", .body = std::move(figure)};
}

/// The mean change over D_large when the reference is run again.
void addNoiseContrast(CurveFigure& figure, const SessionView& view, const std::string& lane,
                      const std::string& site) {
    const std::vector<NamedSet> sets = contrastSets(view, lane);
    if (!hasNoiseFloor(view) || sets.empty())
        return;
    const std::string path = sitePath(site, "norm");
    addNoiseCurve(
        figure, view, layerAxis(view),
        [&](double layer) {
            const auto at = static_cast<std::size_t>(layer);
            std::vector<double> again = view.row(path, std::string(noiseFloorLane), at);
            const std::vector<double> once = view.row(path, std::string(referenceLane), at);
            for (std::size_t i = 0; i < std::min(again.size(), once.size()); ++i)
                again[i] -= once[i];
            return again.empty() ? Interval{} : sets.front().meanOf(again);
        },
        "mean change over " + setTitle(sets.front().name()) + " when the reference is run again");
}

/// D_large less each comparison set, by layer.
Figure contrastFigure(const SessionView& view, const std::vector<Contrast>& contrasts,
                      const std::string& lane, const std::string& site, const std::string& name,
                      const std::string& symbol, std::size_t resamples) {
    std::vector<Interval> fromControl, fromMatched;
    for (const Contrast& contrast : contrasts)
        if (contrast.quantity == "norm" && contrast.site == site) {
            fromControl.resize(contrast.layer + 1);
            fromMatched.resize(contrast.layer + 1);
            fromControl[contrast.layer] = contrast.fromControl;
            fromMatched[contrast.layer] = contrast.fromMatched;
        }
    CurveFigure figure;
    figure.caption = {
        fmt::format("How D_large differs in {}, {}", symbol, lane),
        "Mean over D_large less the mean over D_ctrl (drawn from the lower half of errors) and "
        "less that over D_matched (of the lower half too, alike in reference loss and label). " +
            intervalSentence(resamples),
        fmt::format("mean {} over D_large − mean over the other set", symbol),
        paperSource("figure 1 and section 4")};
    figure.xTitle = "layer";
    figure.yTitle = "difference of mean " + symbol;
    figure.curves = {layerCurve("less D_ctrl", "d_ctrl", fromControl),
                     layerCurve("less D_matched", "d_matched", fromMatched)};
    std::erase_if(figure.curves, [](const Curve& curve) { return curve.x.empty(); });
    addNoiseContrast(figure, view, lane, site);
    return {.name = name, .body = std::move(figure), .zeroLine = true};
}

} // namespace

Figure lastLayerTable(const SessionView& view, const Resamples& resamples) {
    TableFigure figure;
    figure.caption = {
        "The last layer, and the best layer picked honestly",
        "ρ of norm(r) with the error at the last layer, and corrected for the reliability of the "
        "error; then the layer with the largest |ρ| on one half of the documents, reported on the "
        "other half, both ways. " +
            intervalSentence(resamples.count()),
        "ρ(S(l), E); corrected: ρ / √reliability(e)", paperSource("table 2")};
    figure.columns = {"method",       "ρ at the last layer", "corrected for reliability",
                      "picked layer", "ρ where picked",      "ρ on the other half"};
    for (const std::string& lane : view.methodLanes()) {
        const LastLayerCorrelation last = lastLayerCorrelation(view, lane, resamples);
        const auto picked =
            pickedOnHalves(byLayer(view, sitePath("resid_mid", "norm"), std::string(referenceLane)),
                           view.row("/examples/error", lane), view.documents(),
                           view.resampleCount(), view.analysisSeed());
        if (std::isnan(last.observed.value))
            continue;
        for (const PickedCorrelation& one : picked)
            figure.rows.push_back({lane, last.observed, last.corrected, static_cast<double>(one.x),
                                   one.picked, one.reported});
        if (picked.empty())
            figure.rows.push_back(
                {lane, last.observed, last.corrected, notMeasured, notMeasured, notMeasured});
    }
    return {.name = "last-and-picked-layer", .body = std::move(figure)};
}

Figure correlationByLayer(const SessionView& view, const std::string& site,
                          const std::string& statistic, const Resamples& resamples) {
    const std::string symbol = site == "resid_mid" ? "r" : site == "ln2" ? "h" : site;
    const CorrelationGrid grid = layerCorrelations(view, site, statistic, resamples);
    CurveFigure figure =
        gridFigure(grid, view.methodLanes(),
                   {fmt::format("Correlation of {}({}) with the error", statistic, symbol),
                    fmt::format("Pearson correlation over examples of the reference's {} of {} at "
                                "each layer with every method's final error",
                                statistic, symbol),
                    fmt::format("ρ(S(l), E), S(x) = {}(x; {}(l))", statistic, symbol),
                    paperSource("figures 8 to 11")},
                   fmt::format("ρ({}({}), e)", statistic, symbol));
    if (const std::string ceiling = ceilingSentence(view, view.methodLanes()); !ceiling.empty())
        figure.caption.definition += "; " + ceiling;
    addNoiseCorrelations(figure, view,
                         byLayer(view, sitePath(site, statistic), std::string(referenceLane)),
                         resamples);
    return {.name = fmt::format("correlation-{}-{}", statistic, site),
            .body = std::move(figure),
            .zeroLine = true};
}

std::vector<Figure> explanationFigures(const SessionView& view, const std::string& lane) {
    const Resamples resamples = view.resamples();
    const std::vector<Contrast> contrasts = setContrasts(view, lane, resamples);
    return {correlationByLayer(view, "resid_mid", "norm", resamples),
            correlationByLayer(view, "ln2", "norm", resamples),
            rivals(view, lane, resamples),
            amplificationFigure(view, lane, resamples),
            contrastFigure(view, contrasts, lane, "resid_mid", "contrast-norm-before", "norm(r)",
                           resamples.count()),
            contrastFigure(view, contrasts, lane, "ln2", "contrast-norm-after", "norm(h)",
                           resamples.count()),
            mediationBars(view, lane, resamples),
            lastLayerTable(view, resamples)};
}

} // namespace quantscope
