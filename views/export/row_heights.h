#pragma once

#include "core/data/pages/bars.h"

namespace quantscope {

/// The height in millimetres at which every group of a figure of bars has its name, in two lines
/// where some name is long; at most a page.
double heightOf(const BarsFigure& figure, double fontPoints);

} // namespace quantscope
