#pragma once

#include "core/data/pages/common.h"

#include <cstdint>

namespace quantscope {

/// One token of an example, compared between the reference and a lane.
struct TokenDetail {
    std::string piece;
    double nllReference = notMeasured;
    double nllLane = notMeasured;
    double kl = notMeasured;
    std::int64_t rankReference = -1;
    std::int64_t rankLane = -1;
    bool topAgrees = true;
};

struct ExampleDetail {
    std::size_t example = 0;
    std::string lane;
    std::vector<std::string> lanes;
    std::vector<TokenDetail> tokens; ///< position 0 … T
    std::vector<std::string> labels; ///< "name: value"
    double error = notMeasured;
    double nllReference = notMeasured;
};

} // namespace quantscope
