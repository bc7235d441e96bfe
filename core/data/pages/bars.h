#pragma once

#include "core/data/pages/common.h"

namespace quantscope {

/// One bar with its interval.
struct Bar {
    std::string name; ///< of the set or method it stands for
    std::string role;
    Interval value;
    bool hatched = false; ///< unstable: not to be relied on
    std::string note;     ///< said when hovered
};

struct BarGroup {
    std::string label;
    std::vector<Bar> bars;
};

struct BarsFigure {
    Caption caption;
    std::string valueTitle;
    std::vector<BarGroup> groups;
};

} // namespace quantscope
