#pragma once

#include "core/data/pages/common.h"

#include <optional>

namespace quantscope {

/// What the Residuals page asks for.
struct ResidualsRequest {
    std::string site = "resid_mid";
    std::string statistic = "norm";     ///< norm, error_norm, relative_error, cosine, kurtosis, …
    std::string lane;                   ///< empty: the reference
    std::string minusLane;              ///< not empty: lane − minusLane
    std::string sortBy;                 ///< example column; empty: index
    std::optional<std::size_t> example; ///< for the layer × token map
    std::size_t densityLayer = 0;

    bool operator==(const ResidualsRequest&) const = default;
};

struct ResidualsValues {
    ResidualsRequest request;
    std::vector<std::string> sites;      ///< that the session has
    std::vector<std::string> statistics; ///< of the site
    std::vector<std::string> lanes;
    Matrix layerByExample;
    std::vector<std::size_t> exampleOrder; ///< example of each column
    Matrix layerByToken;                   ///< empty without token maps or example
    CurveFigure byLayer;                   ///< D_large and D_ctrl with intervals
    CurveFigure densityBefore;             ///< of norm(r) at densityLayer, both sets
    CurveFigure densityAfter;              ///< of norm(h)
    CurveFigure correlation;               ///< ρ(S(l), E), a line a method
};

} // namespace quantscope
