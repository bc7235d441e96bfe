#pragma once

#include "core/data/pages/figure.h"

namespace quantscope {

/// One figure or table of the published study, made for this session.
struct PaperFigure {
    std::string id;    ///< "F1a", "T4"
    std::string title; ///< what the study shows there
    std::vector<Figure> figures;
    std::string missing; ///< why there is none, and what would give it; empty where there are some
};

} // namespace quantscope
