#pragma once

#include "core/data/pages/common.h"

namespace quantscope {

/// One statistic by M#l / A#l, {full, quantized} × {D_large, D_ctrl}.
struct ExitStatistic {
    std::string name; ///< "nll", "rank", "entropy", "kl_to_final"
    CurveFigure upperHalf;
    CurveFigure allLayers;
};

struct EarlyExitValues {
    bool measured = false;
    std::vector<std::string> lanes;
    std::string lane;                      ///< the quantized lane shown
    std::vector<ExitStatistic> statistics; ///< NLL first
    std::vector<std::string> ticks;        ///< "A#0", "M#0", …
};

} // namespace quantscope
