#pragma once

#include "core/analysis/session_view.h"
#include "core/data/site.h"

namespace quantscope {

/// Shares of the values of some examples by bins of magnitude, at one site of one layer of the
/// reference: x is log₂ of a bin's middle (the lowest bin's, which reaches down to 0, half a bin
/// below its end), y the share; empty bins are left out. Empty where it was not measured.
Curve magnitudeHistogram(const SessionView& view, Site site, std::size_t layer,
                         const std::vector<std::size_t>& examples);

/// The same of what calibration texts bring there, the mean of the shares of some of them.
/// @param texts  of the dimension "calibration_text"
Curve calibrationHistogram(const SessionView& view, Site site, std::size_t layer,
                           const std::vector<std::size_t>& texts);

} // namespace quantscope
