#pragma once

#include "core/data/pages/common.h"

namespace quantscope {

/// Everything the Errors page can plot against everything else, and the method × method matrices.
struct ErrorsValues {
    std::vector<ExampleColumn> quantities; ///< errors, NLL, KL, residual norms, kurtosis, length
    std::vector<std::size_t> large;        ///< examples of D_large
    std::vector<std::size_t> control;
    Matrix pearson; ///< methods × methods of e
    Matrix spearman;
    Matrix jaccard; ///< of the top sets
    double jaccardByChance = notMeasured;
    std::string ceiling; ///< of correlations with an error, a sentence; empty: not known
};

/// Statistics of one scatter, computed off the GUI thread on request.
struct ScatterStatistics {
    Interval pearson;
    Interval spearman;
    double slope = notMeasured;
    double intercept = notMeasured;
    std::size_t count = 0;
};

} // namespace quantscope
