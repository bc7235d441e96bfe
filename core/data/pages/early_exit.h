#pragma once

#include "core/data/pages/common.h"

namespace quantscope {

struct EarlyExitValues {
    bool measured = false;
    std::vector<std::string> lanes;
    std::string lane;      ///< the quantized lane shown
    CurveFigure upperHalf; ///< NLL by M#l / A#l, {full, quantized} × {D_large, D_ctrl}
    CurveFigure allLayers;
    std::vector<std::string> ticks; ///< "A#0", "M#0", …
};

} // namespace quantscope
