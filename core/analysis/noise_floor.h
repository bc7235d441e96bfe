#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/common.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace quantscope {

// What a plot by layer shows where only rounding differs: the study's second run of the reference
// (see NoiseFloor), drawn beside the methods. Without such a run nothing is added.

bool hasNoiseFloor(const SessionView& view);

/// One more line, "noise floor", through `pointAt(x)` for each x, those without a value left out;
/// the caption says what it is.
void addNoiseCurve(CurveFigure& figure, const SessionView& view, std::span<const double> xs,
                   const std::function<Interval(double x)>& pointAt, const std::string& meaning);

/// The line of ρ(S(l), e) where e is the noise floor's error, which rounding alone makes.
/// @param byLayer  S by example, at each layer
void addNoiseCorrelations(CurveFigure& figure, const SessionView& view,
                          std::span<const std::vector<double>> byLayer, const Resamples& resamples);

/// x = 0, 1, … of the layers.
std::vector<double> layerAxis(const SessionView& view);

} // namespace quantscope
