#pragma once

#include "core/data/pages/common.h"

namespace quantscope {

struct WeightsValues {
    std::vector<std::string> methods;
    std::string method;
    std::string statistic; ///< relative_error, sqnr, cosine, bits, activation_bits,
                           ///< basis_misfit, training_loss
    Matrix layerByModule;  ///< of training_loss by layer and epoch
    CurveFigure byLayer;   ///< mean over modules, a line a method; of training_loss by epoch
};

} // namespace quantscope
