#pragma once

#include "core/analysis/session_view.h"
#include "core/data/pages/paper.h"

namespace quantscope {

/// Every figure (F1a … F19) and table (T1 … T8) of the published study, made from a session as far
/// as its instruments go; what cannot be made says which instrument was off and how to have it.
std::vector<PaperFigure> paperFigures(const SessionView& view);

/// T8: the dimensions of a layer with the largest mean |r| and what the norm's weight γ is there.
struct OutlierDimension {
    std::size_t layer = 0;
    std::size_t dimension = 0;
    double meanAbsolute = notMeasured; ///< mean |r| over data and positions 1..T
    double gamma = notMeasured;        ///< |γ|
    std::size_t rank = 0;              ///< of |γ|: 1 + number of strictly smaller ones
};

/// The five largest of every layer, the largest first; empty where γ or mean |r| is not there.
std::vector<OutlierDimension> outlierDimensions(const SessionView& view);

} // namespace quantscope
