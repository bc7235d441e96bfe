#include "core/analysis/pages.h"
#include "core/analysis/session_view.h"
#include "core/analysis/set_curves.h"
#include "core/data/study_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace quantscope {

namespace {

/// On the axis A#l stands for z(l − 1), the stream that enters layer l, at 2l, and M#l for r(l),
/// the stream after its attention, at 2l + 1; A#L is the final one.
Curve exitCurve(const SessionView& view, const NamedSet& set, const std::string& lane,
                std::size_t firstLayer) {
    Curve curve;
    const bool isReference = lane == referenceLane;
    curve.name = (isReference ? std::string("full precision") : lane) + ", " + setTitle(set.name());
    curve.role = set.name();
    curve.dashed = !isReference;
    for (std::size_t layer = 0; layer < view.layers(); ++layer) {
        if (layer >= firstLayer)
            addPoint(curve, static_cast<double>(2 * layer + 1),
                     set.meanOf(view.row("/early_exit/resid_mid/nll", lane, layer)));
        if (layer + 1 >= firstLayer)
            addPoint(curve, static_cast<double>(2 * layer + 2),
                     set.meanOf(view.row("/early_exit/resid_post/nll", lane, layer)));
    }
    finishCurve(curve);
    return curve;
}

CurveFigure exitFigure(const SessionView& view, const std::vector<NamedSet>& sets,
                       const std::string& lane, std::size_t firstLayer) {
    CurveFigure figure;
    figure.caption = {firstLayer > 0 ? "Early exit, upper half of the layers" : "Early exit",
                      "Mean NLL when the final norm and the output matrix are applied to the "
                      "residual stream of a layer, with a 95 % interval from resampling documents",
                      "p(l) = softmax(U · φ(s)), s = r(l) at M#l, s = z(l − 1) at A#l",
                      "Chang et al. 2025, figures 2 and 12 to 15"};
    figure.xTitle = "layer";
    figure.yTitle = "mean NLL (nat)";
    for (const std::string& run : {std::string(referenceLane), lane})
        for (const NamedSet& set : sets) {
            if (set.name() == "d_matched")
                continue;
            Curve curve = exitCurve(view, set, run, firstLayer);
            if (!curve.x.empty())
                figure.curves.push_back(std::move(curve));
        }
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
    values.allLayers = exitFigure(view, sets, values.lane, 0);
    values.upperHalf = exitFigure(view, sets, values.lane, view.layers() / 2);
    return values;
}

} // namespace quantscope
