#pragma once

#include "core/data/pages/common.h"

#include <cstdint>

namespace quantscope {

struct LabelColumn {
    std::string name;
    std::vector<std::string> values;
};

struct ExamplesValues {
    std::vector<std::string> excerpts;
    std::vector<std::int64_t> tokens;
    std::vector<ExampleColumn> columns; ///< nll_reference, nll[…], error[…], kl[…]
    std::vector<LabelColumn> labels;
    std::vector<std::uint8_t> large;   ///< 1: in D_large of the study's pair
    std::vector<std::uint8_t> control; ///< 1: in D_ctrl
};

} // namespace quantscope
