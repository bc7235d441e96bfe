#pragma once

#include "core/data/pages/common.h"

namespace quantscope {

struct PatchRow {
    std::string baseLane;
    std::string donorLane;
    std::string kind;
    std::string layers;
    std::string positions;
    std::string set; ///< d_large, d_ctrl, d_matched, all
    std::size_t examples = 0;
    double perplexityFull = notMeasured;
    double perplexityBase = notMeasured;
    double perplexityPatched = notMeasured;
    Interval recovered;    ///< ratio of set means, never clipped
    bool unstable = false; ///< the denominator's interval contains 0: drawn hatched
    bool inCurve = false;  ///< one of the layer sets that `cumulative` draws as a line
};

struct PatchingValues {
    bool measured = false;
    std::vector<std::string> lanes;
    std::string lane;
    std::vector<PatchRow> rows; ///< of that lane, every set
    Matrix layerByKind;         ///< recovered fraction on D_large, where each layer was patched
    CurveFigure cumulative;     ///< the same of all layers up to one, and from one on
};

} // namespace quantscope
