#include "core/analysis/figures.h"
#include "core/analysis/layer_map.h"
#include "core/analysis/reports.h"
#include "core/analysis/set_curves.h"
#include "core/data/array_source.h"
#include "core/data/depth_unit.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace quantscope {

namespace {

constexpr const char* depthSource = "Siddiqui et al. 2024, arXiv 2407.16286";
constexpr const char* skipSource = "Jaiswal et al. 2024, arXiv 2404.03865";

std::string title(DepthUnit unit) {
    switch (unit) {
    case DepthUnit::Attention:
        return "attention";
    case DepthUnit::Mlp:
        return "MLP";
    case DepthUnit::Block:
        break;
    }
    return "block";
}

std::vector<std::string> unitTitles() {
    std::vector<std::string> titles;
    for (const DepthUnit unit : allDepthUnits)
        titles.push_back(title(unit));
    return titles;
}

/// What a unit has at each layer.
using UnitValues = std::function<Interval(DepthUnit, std::size_t layer)>;

/// A line by layer for each unit that anything is known of.
std::vector<Curve> unitCurves(const SessionView& view, const UnitValues& values) {
    std::vector<Curve> curves;
    for (const DepthUnit unit : allDepthUnits) {
        std::vector<Interval> layers;
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            layers.push_back(values(unit, layer));
        Curve curve = layerCurve(title(unit), title(unit), layers);
        if (!curve.x.empty())
            curves.push_back(std::move(curve));
    }
    return curves;
}

NamedSet firstExamples(const SessionView& view, std::size_t count) {
    std::vector<std::size_t> examples(std::min(count, view.examples()));
    std::iota(examples.begin(), examples.end(), std::size_t{0});
    return {"all", std::move(examples), view};
}

/// A statistic of the reference's units by layer.
Figure byLayer(const SessionView& view, const std::string& statistic, Caption caption,
               const std::string& yTitle) {
    const NamedSet all = firstExamples(view, view.examples());
    CurveFigure figure;
    figure.caption = std::move(caption);
    figure.caption.definition +=
        fmt::format(". Full-precision run, mean over {} examples", view.examples());
    figure.xTitle = "layer";
    figure.yTitle = yTitle;
    figure.curves = unitCurves(view, [&](DepthUnit unit, std::size_t layer) {
        return all.meanOf(view.row(depthPath(unit, statistic), 0, layer));
    });
    return {
        .name = statistic, .body = std::move(figure), .logarithmic = true, .roles = unitTitles()};
}

/// Influence of whole blocks in the quantized runs.
Figure influenceOfLanes(const SessionView& view) {
    const NamedSet all = firstExamples(view, view.examples());
    CurveFigure figure;
    figure.caption = {
        "Block influence in the quantized runs",
        fmt::format("A line a lane, mean over {} examples and positions 1..T", view.examples()),
        "1 − mean cos(h_in, h_out)", depthSource};
    figure.xTitle = "layer";
    figure.yTitle = "influence";
    for (const std::string& lane : view.lanes()) {
        std::vector<Interval> layers;
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            layers.push_back(
                all.meanOf(view.row(depthPath(DepthUnit::Block, "influence"), lane, layer)));
        Curve curve = layerCurve(lane, lane, layers);
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    return {.name = "influence-lanes", .body = std::move(figure), .logarithmic = true};
}

/// Losses of the examples that units were left out for.
class RemovalLosses {
public:
    explicit RemovalLosses(const SessionView& view)
        : m_view(view)
        , m_examples(firstExamples(view, view.session().extent("removal_example"))) {}

    const NamedSet& examples() const { return m_examples; }

    Interval meanOf(const std::string& path, std::size_t row) const {
        return m_examples.meanOf(values(path, row));
    }
    /// Of the loss without the unit less the reference's own, example by example.
    Interval increaseOf(const std::string& path, std::size_t row) const {
        std::vector<double> losses = values(path, row);
        const std::vector<double> own = values(depthPath(DepthUnit::Block, "removal_nll"), 0);
        for (std::size_t i = 0; i < losses.size(); ++i)
            losses[i] -= i < own.size() ? own[i] : notMeasured;
        return m_examples.meanOf(losses);
    }

private:
    /// By example of the study; those that were not walked are not looked at.
    std::vector<double> values(const std::string& path, std::size_t row) const {
        std::vector<double> all = m_view.slice(path, {row});
        all.resize(m_view.examples(), notMeasured);
        return all;
    }

    const SessionView& m_view;
    NamedSet m_examples;
};

std::string onExamples(const SessionView& view, const RemovalLosses& losses) {
    return fmt::format("Full-precision run on the first {} examples. {}",
                       losses.examples().examples().size(), intervalSentence(view.resampleCount()));
}

Figure leaveOneOut(const SessionView& view, const RemovalLosses& losses) {
    CurveFigure figure;
    figure.caption = {"Loss without one unit",
                      "What the mean NLL rises by when one layer's attention, MLP or both add "
                      "nothing to the residual stream. " +
                          onExamples(view, losses),
                      "NLL without the unit − NLL", depthSource};
    figure.xTitle = "layer";
    figure.yTitle = "NLL increase, nat";
    figure.curves = unitCurves(view, [&](DepthUnit unit, std::size_t layer) {
        return losses.increaseOf(depthPath(unit, "leave_one_out_nll"), layer);
    });
    return {.name = "leave-one-out",
            .body = std::move(figure),
            .zeroLine = true,
            .roles = unitTitles()};
}

Figure removalCurves(const SessionView& view, const RemovalLosses& losses) {
    CurveFigure figure;
    figure.caption = {"Loss with more and more units left out",
                      "Units go by ascending influence of the same run, the least influential "
                      "first, and stay out. " +
                          onExamples(view, losses),
                      "mean NLL with the first k units left out", depthSource};
    figure.xTitle = "units left out";
    figure.yTitle = "mean NLL, nat";
    for (const DepthUnit unit : allDepthUnits) {
        Curve curve;
        curve.name = curve.role = title(unit);
        for (std::size_t removed = 0; removed <= view.layers(); ++removed)
            addPoint(curve, double(removed),
                     losses.meanOf(depthPath(unit, "removal_nll"), removed));
        finishCurve(curve);
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    return {.name = "removal", .body = std::move(figure), .roles = unitTitles()};
}

Figure skipCurve(const SessionView& view, const RemovalLosses& losses) {
    CurveFigure figure;
    figure.caption = {"Loss with MLPs skipped",
                      "The share of layers × tokens (positions 1..T) whose MLP changes the "
                      "direction of the residual stream least, by the cosine in the full-precision "
                      "run itself: a bound on what a predictor of skips could reach. " +
                          onExamples(view, losses),
                      "mean NLL with the MLP's output left out at the largest cosines", skipSource};
    figure.xTitle = "share of MLPs skipped";
    figure.yTitle = "mean NLL, nat";
    const std::vector<double> shares = view.slice("/skip", {});
    Curve curve;
    curve.name = "MLP";
    curve.role = "MLP";
    addPoint(curve, 0, losses.meanOf(depthPath(DepthUnit::Mlp, "removal_nll"), 0));
    for (std::size_t i = 0; i < shares.size(); ++i)
        addPoint(curve, shares[i], losses.meanOf("/depth/skip/nll", i));
    finishCurve(curve);
    if (curve.x.size() > 1)
        figure.curves.push_back(std::move(curve));
    return {.name = "skip", .body = std::move(figure), .roles = unitTitles()};
}

Figure skipMap(const SessionView& view) {
    return layerMap(view, "/depth/mlp/position_cosine", "skip-map",
                    {"How little the MLP turns the residual stream",
                     fmt::format("Cosine of the states entering and leaving the MLP by layer and "
                                 "position, mean over {} examples of the full-precision run; "
                                 "position 0 is the start token",
                                 view.examples()),
                     "mean cos(r(l), z(l))", skipSource},
                    {"position", "cosine", false});
}

Figure unitTable(const SessionView& view, const RemovalLosses& losses) {
    const NamedSet all = firstExamples(view, view.examples());
    TableFigure figure;
    figure.caption = {"Units by layer",
                      "Influence and updates: mean over all examples of the full-precision run. " +
                          onExamples(view, losses),
                      "influence: 1 − mean cos(h_in, h_out); update: ‖h_out − h_in‖ / ‖h_in‖",
                      depthSource};
    figure.columns = {"layer", "unit", "influence", "update, L1", "update, L2", "NLL increase"};
    for (std::size_t layer = 0; layer < view.layers(); ++layer)
        for (const DepthUnit unit : allDepthUnits) {
            const auto meanOf = [&](const char* name) {
                return all.meanOf(view.row(depthPath(unit, name), 0, layer));
            };
            const Interval influence = meanOf("influence");
            if (std::isnan(influence.value))
                continue;
            figure.rows.push_back({double(layer), title(unit), influence, meanOf("update_l1"),
                                   meanOf("update_l2"),
                                   losses.increaseOf(depthPath(unit, "leave_one_out_nll"), layer)});
        }
    return {.name = "units", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> depthFigures(const SessionView& view) {
    if (!findLayout(view.session(), depthPath(DepthUnit::Block, "influence")))
        return {};
    const RemovalLosses losses(view);
    const std::string positions = ", positions 1..T";
    return {byLayer(view, "influence",
                    {"Influence of blocks and their parts",
                     "How far a unit turns the residual stream" + positions,
                     "1 − mean cos(h_in, h_out)", depthSource},
                    "influence"),
            byLayer(view, "update_l2",
                    {"Size of updates, L2",
                     "Norm of what a unit adds over that of what enters it" + positions,
                     "‖h_out − h_in‖₂ / ‖h_in‖₂", depthSource},
                    "relative update, L2"),
            byLayer(view, "update_l1",
                    {"Size of updates, L1",
                     "Norm of what a unit adds over that of what enters it" + positions,
                     "‖h_out − h_in‖₁ / ‖h_in‖₁", depthSource},
                    "relative update, L1"),
            influenceOfLanes(view),
            leaveOneOut(view, losses),
            removalCurves(view, losses),
            skipCurve(view, losses),
            skipMap(view),
            unitTable(view, losses)};
}

} // namespace quantscope
