#pragma once

#include "core/analysis/session_view.h"
#include "core/data/table.h"

namespace quantscope {

// Tables of studies that compare calibration sets, or noise with quantization; without rows for
// other studies. sessionTable knows them by name.

/// A row a method and draw, with what it was calibrated on.
Table calibrationTable(const SessionView& view);

/// A row a method: standard deviations of ln perplexity between draws and between sets.
Table calibrationSpreadTable(const SessionView& view);

/// A row a lane: how far it moved the weights, and what that did.
Table perturbationTable(const SessionView& view);

} // namespace quantscope
