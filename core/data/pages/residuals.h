#pragma once

#include "core/data/pages/column_groups.h"
#include "core/data/pages/common.h"
#include "core/data/selection_values.h"

#include <optional>

namespace quantscope {

/// ResidualsRequest::groupBy: D_large and D_ctrl, the request's own groups, or a label of the
/// examples by its name behind the prefix.
inline constexpr const char* groupBySets = "sets";
inline constexpr const char* groupByGroups = "groups";
inline constexpr const char* groupByLabelPrefix = "label:";

/// What the Residuals page asks for.
struct ResidualsRequest {
    std::string site = "resid_mid";
    std::string statistic = "norm";   ///< norm, error_norm, relative_error, cosine, kurtosis, …
    std::string lane;                 ///< empty: the reference
    std::string minusLane;            ///< not empty: lane − minusLane
    std::string sortBy;               ///< example column; empty: index
    std::string groupBy;              ///< what lies together in the map; empty: nothing
    std::vector<ExampleGroup> groups; ///< for groupByGroups; an example is in the first that has it
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
    ColumnGroups exampleGroups;            ///< every column is in one; empty: not grouped
    Matrix layerByToken;                   ///< empty without token maps or example
    CurveFigure byLayer;                   ///< D_large and D_ctrl with intervals
    CurveFigure densityBefore;             ///< of norm(r) at densityLayer, both sets
    CurveFigure densityAfter;              ///< of norm(h)
    CurveFigure correlation;               ///< ρ(S(l), E), a line a method
};

} // namespace quantscope
