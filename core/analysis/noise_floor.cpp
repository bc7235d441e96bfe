#include "core/analysis/noise_floor.h"

#include "core/analysis/correlation_grid.h"
#include "core/analysis/set_curves.h"
#include "core/data/noise_floor.h"

#include <numeric>

namespace quantscope {

bool hasNoiseFloor(const SessionView& view) {
    return view.laneIndex(std::string(noiseFloorLane)).has_value();
}

void addNoiseCurve(CurveFigure& figure, const SessionView& view, std::span<const double> xs,
                   const std::function<Interval(double x)>& pointAt, const std::string& meaning) {
    if (!hasNoiseFloor(view) || figure.curves.empty())
        return;
    Curve curve;
    curve.name = "noise floor";
    curve.role = noiseRole;
    curve.dashed = true;
    for (const double x : xs)
        addPoint(curve, x, pointAt(x));
    if (curve.x.empty())
        return;
    finishCurve(curve);
    figure.caption.definition += "; noise floor: " + meaning;
    figure.curves.push_back(std::move(curve));
}

void addNoiseCorrelations(CurveFigure& figure, const SessionView& view,
                          std::span<const std::vector<double>> byLayer,
                          const Resamples& resamples) {
    if (!hasNoiseFloor(view))
        return;
    const std::vector<std::vector<double>> errors = {
        view.row("/examples/error", std::string(noiseFloorLane))};
    const CorrelationGrid grid = correlationGrid(byLayer, errors, resamples, {0, 0});
    addNoiseCurve(
        figure, view, layerAxis(view),
        [&](double layer) {
            const auto row = static_cast<std::size_t>(layer);
            return row < grid.rows ? grid.at(row, 0) : Interval{};
        },
        "the same with the error of the reference run again, which rounding alone makes");
}

std::vector<double> layerAxis(const SessionView& view) {
    std::vector<double> axis(view.layers());
    std::iota(axis.begin(), axis.end(), 0.0);
    return axis;
}

} // namespace quantscope
