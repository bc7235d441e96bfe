#pragma once

#include "views/plots/lane_styles.h"

class QCPPainter;
class QRectF;

namespace quantscope {

/// Fills an area with a role's colour; roles of the same colour have different lines across it.
void fillArea(QCPPainter& painter, const QRectF& area, const RoleStyle& role,
              const PlotStyle& style);

} // namespace quantscope
