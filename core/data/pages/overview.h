#pragma once

#include "core/data/pages/common.h"

namespace quantscope {

struct OverviewRow {
    std::string lane;
    std::string method;  ///< method and options; "full precision" for the reference
    Interval perplexity; ///< exp of the token-weighted mean NLL, bootstrap over documents
    Interval meanError;  ///< mean e, nat
    double meanKl = notMeasured;
    double topAgreement = notMeasured; ///< share of positions with the same top-1 token
    double bitsPerWeight = notMeasured;
    double activationBits = notMeasured; ///< of the matrices' inputs, mean; 16: not rounded
    Interval residualCorrelation; ///< ρ(S(last layer, resid_mid), E)
};

struct WorstExample {
    std::size_t example = 0;
    std::string lane;
    double error = notMeasured;
    std::string excerpt;
};

struct OverviewValues {
    std::string modelName;
    std::string modelDetail; ///< family, layers, parameters, dtype
    std::string textDetail;  ///< examples, tokens, source
    std::string status;      ///< complete, or how far a running study is
    bool smallModel = false; ///< under 100M parameters: shows how the tool works, nothing more
    std::vector<std::string> warnings; ///< what makes numbers of a lane doubtful, a sentence each
    std::vector<OverviewRow> rows;
    std::vector<WorstExample> worst;
    CurveFigure errorByRank; ///< e sorted, a line a method
};

} // namespace quantscope
