#pragma once

#include "core/data/pages/common.h"

namespace quantscope {

/// Single values of one kind, e.g. the draws of a calibration set.
struct Strip {
    std::string name;
    std::string role;
    std::vector<double> values;
    std::vector<std::string> notes; ///< said when a value is hovered; as many, or none
};

struct StripGroup {
    std::string label;
    std::vector<Strip> strips;
};

/// Values as marks beside one another, in named groups, each strip with its mean and range.
struct StripsFigure {
    Caption caption;
    std::string valueTitle;
    std::vector<StripGroup> groups;
};

} // namespace quantscope
