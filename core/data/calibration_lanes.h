#pragma once

#include "core/data/method_spec.h"

#include <vector>

namespace quantscope {

/// The methods of which lanes are draws of calibration sets, each once and named as before: the
/// inverse of withCalibrationSets(). Lanes without a draw stay as they are.
std::vector<MethodSpec> withoutCalibrationSets(const std::vector<MethodSpec>& lanes);

} // namespace quantscope
