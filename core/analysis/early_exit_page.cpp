#include "core/analysis/noise_floor.h"
#include "core/analysis/pages.h"
#include "core/analysis/session_view.h"
#include "core/analysis/set_curves.h"
#include "core/data/noise_floor.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace quantscope {

namespace {

/// On the axis A#l stands for z(l − 1), the stream that enters layer l, at 2l, and M#l for r(l),
/// the stream after its attention, at 2l + 1; A#L is the final one.
Curve exitCurve(const SessionView& view, const std::string& statistic, const NamedSet& set,
                const std::string& lane, std::size_t firstLayer) {
    Curve curve;
    const bool isReference = lane == referenceLane;
    curve.name = (isReference ? std::string("full precision") : lane) + ", " + setTitle(set.name());
    curve.role = set.name();
    curve.dashed = !isReference;
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        if (layer >= firstLayer)
            addPoint(curve, static_cast<double>(2 * layer + 1),
                     set.meanOf(view.row("/early_exit/resid_mid/" + statistic, lane, layer)));
        if (layer + 1 >= firstLayer)
            addPoint(curve, static_cast<double>(2 * layer + 2),
                     set.meanOf(view.row("/early_exit/resid_post/" + statistic, lane, layer)));
    }
    finishCurve(curve);
    return curve;
}

/// The second run of the reference on D_large: it lies on the first, and the caption says how
/// nearly.
void addNoise(CurveFigure& figure, const SessionView& view, const std::string& statistic,
              const std::vector<NamedSet>& sets, std::size_t firstLayer) {
    if (!hasNoiseFloor(view) || sets.empty() || figure.curves.empty())
        return;
    const std::string noise(noiseFloorLane);
    const Curve again = exitCurve(view, statistic, sets.front(), noise, firstLayer);
    const Curve once =
        exitCurve(view, statistic, sets.front(), std::string(referenceLane), firstLayer);
    double most = 0;
    for (std::size_t i = 0; i < std::min(again.y.size(), once.y.size()); ++i)
        most = std::max(most, std::abs(again.y[i] - once.y[i]));
    addNoiseCurve(
        figure, view, again.x,
        [&](double x) {
            const auto place = std::find(again.x.begin(), again.x.end(), x) - again.x.begin();
            return Interval{again.y[static_cast<std::size_t>(place)]};
        },
        fmt::format("the full-precision model run again, {}; no mean is off by more than {:.2g}",
                    setTitle(sets.front().name()), most));
}

/// What a statistic is, its formula, and the title of its axis.
struct ExitDefinition {
    const char* name;
    const char* what;
    const char* formula;
    const char* axis;
};

constexpr std::array definitions = {
    ExitDefinition{"nll", "Mean NLL", "−log p(l) of the token that came next", "mean NLL (nat)"},
    ExitDefinition{"rank", "Mean rank of the token that came next (1: most likely)",
                   "1 + number of tokens with larger p(l)", "mean rank"},
    ExitDefinition{"entropy", "Mean entropy of the prediction", "−Σ p(l) log p(l)",
                   "mean entropy (nat)"},
    ExitDefinition{"kl_to_final",
                   "Mean divergence of the lane's own final prediction from this one",
                   "KL(p(final) ‖ p(l))", "mean KL to the final (nat)"}};

CurveFigure exitFigure(const SessionView& view, const ExitDefinition& definition,
                       const std::vector<NamedSet>& sets, const std::string& lane,
                       std::size_t firstLayer) {
    CurveFigure figure;
    figure.caption = {firstLayer > 0 ? "Early exit, upper half of the layers" : "Early exit",
                      std::string(definition.what) +
                          " when the final norm and the output matrix are applied to the residual "
                          "stream of a layer, with a 95 % interval from resampling documents",
                      std::string(definition.formula) +
                          "; p(l) = softmax(U · φ(s)), s = r(l) at M#l, s = z(l − 1) at A#l",
                      "Chang et al. 2025, figures 2 and 12 to 15"};
    figure.xTitle = "layer";
    figure.yTitle = definition.axis;
    for (const std::string& run : {std::string(referenceLane), lane})
        for (const NamedSet& set : sets) {
            Curve curve = exitCurve(view, definition.name, set, run, firstLayer);
            if (!curve.x.empty())
                figure.curves.push_back(std::move(curve));
        }
    addNoise(figure, view, definition.name, sets, firstLayer);
    return figure;
}

} // namespace

EarlyExitValues earlyExitValues(const SessionData& session, const std::string& lane) {
    const SessionView view(session);
    EarlyExitValues values;
    values.measured = !view.sites("/early_exit").empty();
    values.lanes = view.methodLanes();
    values.lane = view.methodLane(lane);
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        values.ticks.push_back(fmt::format("A#{}", layer));
        values.ticks.push_back(fmt::format("M#{}", layer));
    }
    values.ticks.push_back(fmt::format("A#{}", view.layers()));
    const std::size_t last = view.layers() > 0 ? view.layers() - 1 : 0;
    const std::vector<NamedSet> sets =
        followedSets(view, values.lane, view.row("/early_exit/resid_post/nll", values.lane, last));
    for (const ExitDefinition& definition : definitions)
        values.statistics.push_back(
            {definition.name, exitFigure(view, definition, sets, values.lane, view.layers() / 2),
             exitFigure(view, definition, sets, values.lane, 0)});
    return values;
}

} // namespace quantscope
