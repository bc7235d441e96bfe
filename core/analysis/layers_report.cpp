#include "core/analysis/figures.h"
#include "core/analysis/noise_floor.h"
#include "core/analysis/paper_tables.h"
#include "core/analysis/reports.h"
#include "core/data/array_source.h"
#include "core/data/noise_floor.h"
#include "core/data/session_schema.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace quantscope {

namespace {

/// Few draws: the report has many lines, each with an interval at every layer.
constexpr std::size_t draws = 200;
constexpr std::size_t listedMassive = 12;
constexpr std::size_t listedSuper = 12;

/// Arrays [lane, layer, example] as lines by layer: means over all examples.
class LayerFigures {
public:
    LayerFigures(const SessionView& view, std::string lane)
        : m_view(view)
        , m_lane(std::move(lane))
        , m_resamples(view.documents(), draws, view.analysisSeed()) {}

    enum class Reference { Shown, Hidden };

    /// One array, a line a lane.
    Figure byLane(const std::string& name, const std::string& path, Caption caption,
                  const std::string& yTitle, Reference reference = Reference::Hidden) const {
        CurveFigure figure = begin(std::move(caption), yTitle);
        std::vector<std::string> lanes = m_view.methodLanes();
        if (reference == Reference::Shown)
            lanes.insert(lanes.begin(), std::string(referenceLane));
        for (const std::string& lane : lanes)
            add(figure, lane, lane, path, lane);
        addNoiseCurve(
            figure, m_view, layerAxis(m_view),
            [&](double layer) { return meanAt(path, std::string(noiseFloorLane), layer); },
            "the reference run again");
        return finish(name, std::move(figure), {});
    }

    struct Series {
        std::string title;
        std::string path;
    };

    /// Several arrays of the report's lane; the noise floor is the largest of theirs.
    Figure bySeries(const std::string& name, const std::vector<Series>& series, Caption caption,
                    const std::string& yTitle) const {
        caption.title += ", " + m_lane;
        CurveFigure figure = begin(std::move(caption), yTitle);
        std::vector<std::string> roles;
        for (const Series& one : series) {
            add(figure, one.title, one.title, one.path, m_lane);
            roles.push_back(one.title);
        }
        addNoiseCurve(
            figure, m_view, layerAxis(m_view),
            [&](double layer) {
                Interval largest;
                for (const Series& one : series)
                    if (const Interval found = meanAt(one.path, std::string(noiseFloorLane), layer);
                        !(std::abs(found.value) <= std::abs(largest.value)) &&
                        !std::isnan(found.value))
                        largest = found;
                return largest;
            },
            "the reference run again, the largest of the lines");
        return finish(name, std::move(figure), std::move(roles));
    }

private:
    CurveFigure begin(Caption caption, const std::string& yTitle) const {
        CurveFigure figure;
        figure.caption = std::move(caption);
        figure.caption.definition += "; mean over all examples. " + intervalSentence(draws);
        figure.xTitle = "layer";
        figure.yTitle = yTitle;
        return figure;
    }

    Interval meanAt(const std::string& path, const std::string& lane, double layer) const {
        const std::vector<double> values = m_view.row(path, lane, static_cast<std::size_t>(layer));
        if (std::all_of(values.begin(), values.end(), [](double v) { return std::isnan(v); }))
            return {};
        return meanInterval(values, m_resamples);
    }

    void add(CurveFigure& figure, const std::string& title, const std::string& role,
             const std::string& path, const std::string& lane) const {
        std::vector<Interval> byLayer;
        for (std::size_t layer = 0; layer < m_view.layers(); ++layer)
            byLayer.push_back(meanAt(path, lane, static_cast<double>(layer)));
        Curve curve = layerCurve(title, role, byLayer);
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }

    static Figure finish(const std::string& name, CurveFigure figure,
                         std::vector<std::string> roles) {
        return {.name = name, .body = std::move(figure), .roles = std::move(roles)};
    }

    const SessionView& m_view;
    std::string m_lane;
    Resamples m_resamples;
};

Figure withZero(Figure figure) {
    figure.zeroLine = true;
    return figure;
}

Figure logarithmic(Figure figure) {
    figure.logarithmic = true;
    return figure;
}

std::vector<LayerFigures::Series> moduleSeries(const std::string& statistic) {
    std::vector<LayerFigures::Series> series;
    for (const auto& [title, site] : {std::pair{"q", "q"},
                                      {"k", "k"},
                                      {"v", "v"},
                                      {"attention output", "attn_out"},
                                      {"gate", "gate"},
                                      {"up", "up"},
                                      {"MLP output", "down"}})
        series.push_back({title, sitePath(site, statistic)});
    return series;
}

std::vector<Figure> errorFigures(const LayerFigures& figures) {
    const std::string own = "each module fed with the reference's input";
    return {
        logarithmic(figures.bySeries(
            "accumulated-by-module", moduleSeries("relative_error"),
            {"Accumulated error by module",
             "Error at a module's output relative to its size, the run with its own inputs",
             "mean over positions of ‖x − x̃‖ / ‖x‖", ""},
            "relative error")),
        logarithmic(figures.bySeries("local-by-module", moduleSeries("local_relative_error"),
                                     {"Local error by module",
                                      "Error at a module's output relative to its size, " + own,
                                      "mean over positions of ‖f(x) − f̃(x)‖ / ‖f(x)‖", ""},
                                     "local relative error")),
        logarithmic(figures.bySeries(
            "mlp-error",
            {{"accumulated", sitePath("down", "mse")},
             {"local", sitePath("down", "mlp_local_mse")}},
            {"Error of the MLP's output",
             "Mean squared error, with the run's own inputs (accumulated) and of the quantized MLP "
             "fed with the reference's h (local). It grows with the size of the output",
             "mean over width and positions of (o − õ)²", paperSource("section 4")},
            "MSE")),
        logarithmic(figures.bySeries("mlp-error-normalised",
                                     {{"accumulated", sitePath("down", "normalised_mse")},
                                      {"local", sitePath("down", "mlp_local_normalised_mse")}},
                                     {"Error of the MLP's output over its size",
                                      "The same errors divided by the squared size of the output",
                                      "Σ (o − õ)² / Σ o² over positions", ""},
                                     "MSE / ‖o‖²")),
        withZero(figures.bySeries(
            "mlp-error-budget",
            {{"Δg ⊙ u", "/budget/gate/share"},
             {"g ⊙ Δu", "/budget/up/share"},
             {"Δg ⊙ Δu", "/budget/gate_up/share"},
             {"ΔW", "/budget/weights/share"}},
            {"What the error of the MLP's output is made of",
             "Share of each term in the error: its inner product with the error over the error's "
             "square. The shares of an example sum to 1",
             "Δo = W̃(Δg ⊙ u) + W̃(g ⊙ Δu) + W̃(Δg ⊙ Δu) + ΔW(g ⊙ u)", ""},
            "share of the error")),
        withZero(figures.byLane(
            "budget-misfit", "/budget/misfit",
            {"What the budget leaves of the error",
             "Norm of what the four terms leave, over the norm of the error: rounding, or that a "
             "lane rounds inside",
             "‖Δo − Σ terms‖ / ‖Δo‖", ""},
            "misfit"))};
}

std::vector<Figure> driftFigures(const LayerFigures& figures) {
    const std::string source = "arXiv 2609.11716";
    return {logarithmic(figures.byLane("drift-norm", sitePath("resid_post", "error_norm"),
                                       {"Drift of the residual stream",
                                        "Norm of the difference to the reference after each block",
                                        "‖Δz(l)‖", source},
                                       "‖Δz‖")),
            logarithmic(figures.byLane(
                "drift-relative", sitePath("resid_post", "relative_error"),
                {"Relative drift of the residual stream",
                 "Norm of the difference over the reference's norm, after each block",
                 "‖Δz(l)‖ / ‖z(l)‖", source},
                "‖Δz‖ / ‖z‖")),
            figures.byLane("drift-cosine", sitePath("resid_post", "cosine"),
                           {"Direction of the residual stream",
                            "Cosine to the reference after each block", "cos(z(l), z̃(l))", source},
                           "cosine"),
            figures.byLane("drift-angle", sitePath("resid_post", "angle"),
                           {"Angle to the reference's residual stream",
                            "Angle between both runs' streams after each block", "∠(z(l), z̃(l))",
                            source},
                           "angle (rad)"),
            figures.byLane(
                "drift-length-share", sitePath("resid_post", "length_share"),
                {"How much of the drift is length",
                 "Share of the squared difference that a change of length makes; the rest is the "
                 "angle's",
                 "(‖z̃‖ − ‖z‖)² / ‖Δz‖²", source},
                "share of length"),
            withZero(figures.byLane(
                "update-cosine", sitePath("resid_post", "update_cosine"),
                {"Whether updates counteract the error",
                 "Cosine of the error that a block is given and what its update adds to the error; "
                 "negative: the update counteracts it",
                 "cos(Δz(l − 1), Δu(l)), u(l) = z(l) − z(l − 1)", source},
                "cos(Δz(l − 1), Δu(l))")),
            withZero(figures.byLane("gate-sign-flips", sitePath("gate", "sign_flip_rate"),
                                    {"Sign flips of the gate",
                                     "Share of channels whose sign differs from the reference's",
                                     "mean of [sign σ(W h) ≠ sign σ(W̃ h̃)]", "arXiv 2604.19884"},
                                    "share of channels"))};
}

/// One value a lane and layer: no intervals.
Figure alignmentFigure(const SessionView& view) {
    const bool isSampled = findLayout(view.session(), "/cka/resid_post_sampled") != nullptr;
    const std::string path = isSampled ? "/cka/resid_post_sampled" : "/cka/resid_post";
    const auto at = [&](const std::string& lane, std::size_t layer) {
        const auto index = view.laneIndex(lane);
        const std::vector<double> value =
            index ? view.slice(path, {*index, layer}) : std::vector<double>{};
        return Interval{value.size() == 1 ? value.front() : notMeasured};
    };
    CurveFigure figure;
    figure.caption = {"Similarity of the runs",
                      std::string("Linear centered kernel alignment of z with the reference's, ") +
                          (isSampled ? "unbiased estimate from a sample of tokens, the same in all "
                                       "layers and lanes"
                                     : "over all tokens"),
                      isSampled ? "HSIC₁(K, L) / √(HSIC₁(K, K) HSIC₁(L, L))"
                                : "‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖), centered columns",
                      isSampled ? "arXiv 2010.15327" : "arXiv 1905.00414"};
    figure.xTitle = "layer";
    figure.yTitle = "CKA";
    for (const std::string& lane : view.methodLanes()) {
        std::vector<Interval> byLayer;
        for (std::size_t layer = 0; layer < view.layers(); ++layer)
            byLayer.push_back(at(lane, layer));
        Curve curve = layerCurve(lane, lane, byLayer);
        if (!curve.x.empty())
            figure.curves.push_back(std::move(curve));
    }
    addNoiseCurve(
        figure, view, layerAxis(view),
        [&](double layer) {
            return at(std::string(noiseFloorLane), static_cast<std::size_t>(layer));
        },
        "the reference run again");
    return {.name = "alignment", .body = std::move(figure)};
}

std::vector<Figure> attentionFigures(const LayerFigures& figures) {
    using Reference = LayerFigures::Reference;
    return {
        figures.byLane("attention-entropy", "/attention/entropy",
                       {"Entropy of attention",
                        "Entropy over its largest value, mean over heads and positions: 0 where "
                        "a head looks at one token, 1 where it looks at all alike",
                        "H / log(t + 1)", "arXiv 2604.19884"},
                       "H / log(t + 1)", Reference::Shown),
        withZero(figures.byLane("attention-divergence", "/attention/js_divergence",
                                {"Divergence of attention",
                                 "Jensen-Shannon divergence to the reference's attention, mean "
                                 "over heads and positions",
                                 "JS(a ‖ ã)", "arXiv 2604.19884"},
                                "JS (nat)")),
        figures.byLane("attention-sinks", "/attention/sink_share",
                       {"Attention sinks",
                        "Share of heads whose mean attention to the first token over the first "
                        "64 positions exceeds 0.3",
                        "mean over heads of [mean over t of a(t, 0) > 0.3]", "arXiv 2410.10781"},
                       "share of heads", Reference::Shown),
        figures.byLane("massive-count", "/massive_activations/count",
                       {"Massive activations",
                        "Values of z above 100 and 1000 times the median magnitude of their "
                        "hidden state, by example, position 0 included",
                        "|z| > 100 and |z| ≥ 1000 · median", "arXiv 2402.17762"},
                       "values by example", Reference::Shown)};
}

double cellAt(const SessionView& view, const std::string& path, std::size_t lane, std::size_t layer,
              std::size_t index) {
    const std::vector<double> values = view.slice(path, {lane, layer});
    return index < values.size() ? values[index] : notMeasured;
}

Figure massiveRows(const SessionView& view, const std::vector<std::string>& lanes) {
    TableFigure figure;
    figure.caption = {"The largest massive activations",
                      fmt::format("The {} largest by magnitude of each lane shown", listedMassive),
                      "|z| > 100 and |z| ≥ 1000 · median", "arXiv 2402.17762"};
    figure.columns = {"lane", "layer", "example", "position", "channel", "value"};
    const std::string group = "/massive_activations/";
    for (const std::string& name : lanes) {
        const auto lane = view.laneIndex(name);
        std::vector<std::vector<TableCell>> rows;
        for (std::size_t layer = 0; lane && layer < view.layers(); ++layer) {
            const std::size_t count = view.slice(group + "value", {*lane, layer}).size();
            for (std::size_t i = 0; i < count; ++i) {
                const double value = cellAt(view, group + "value", *lane, layer, i);
                if (std::isnan(value))
                    continue;
                rows.push_back({name, double(layer),
                                cellAt(view, group + "example_index", *lane, layer, i),
                                cellAt(view, group + "position_index", *lane, layer, i),
                                cellAt(view, group + "channel_index", *lane, layer, i), value});
            }
        }
        std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
            return std::abs(std::get<double>(a.back())) > std::abs(std::get<double>(b.back()));
        });
        rows.resize(std::min(rows.size(), listedMassive));
        figure.rows.insert(figure.rows.end(), rows.begin(), rows.end());
    }
    return {.name = "massive-activations", .body = std::move(figure)};
}

Figure superWeightRows(const SessionView& view, const std::vector<std::string>& lanes) {
    TableFigure figure;
    figure.caption = {
        "Candidates of super weights",
        fmt::format("Where the largest values at the input and the output of the down projection "
                    "meet: column and row of its matrix; the {} layers with the largest output. A "
                    "candidate is one where both are of the same token and stand out of the "
                    "other layers",
                    listedSuper),
        "W[row of the output spike, column of the input spike]", "arXiv 2411.07191"};
    figure.columns = {"lane", "layer", "row", "column", "weight", "output", "input", "same token"};
    const std::string group = "/super_weights/";
    for (const std::string& name : lanes) {
        const auto lane = view.laneIndex(name);
        std::vector<std::size_t> layers;
        for (std::size_t layer = 0; lane && layer < view.layers(); ++layer)
            if (!std::isnan(cellAt(view, group + "output_value", *lane, layer, 0)))
                layers.push_back(layer);
        const auto output = [&](std::size_t layer) {
            return std::abs(cellAt(view, group + "output_value", *lane, layer, 0));
        };
        std::stable_sort(layers.begin(), layers.end(),
                         [&](std::size_t a, std::size_t b) { return output(a) > output(b); });
        layers.resize(std::min(layers.size(), listedSuper));
        for (const std::size_t layer : layers) {
            const auto cell = [&](const char* what) {
                return cellAt(view, group + what, *lane, layer, 0);
            };
            figure.rows.push_back({name, double(layer), cell("output_channel"),
                                   cell("input_channel"), cell("weight"), cell("output_value"),
                                   cell("input_value"),
                                   std::string(cell("same_token") == 1 ? "yes" : "no")});
        }
    }
    return {.name = "super-weights", .body = std::move(figure)};
}

} // namespace

std::vector<Figure> layerFigures(const SessionView& view, const std::string& lane) {
    const LayerFigures figures(view, lane);
    std::vector<Figure> all = errorFigures(figures);
    const auto add = [&](std::vector<Figure> more) {
        std::move(more.begin(), more.end(), std::back_inserter(all));
    };
    add(driftFigures(figures));
    all.push_back(alignmentFigure(view));
    add(attentionFigures(figures));
    const std::vector<std::string> shown = {std::string(referenceLane), lane};
    all.push_back(gammaTable(view));
    all.push_back(massiveRows(view, shown));
    all.push_back(superWeightRows(view, shown));
    return all;
}

} // namespace quantscope
