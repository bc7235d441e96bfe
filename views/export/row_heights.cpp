#include "views/export/row_heights.h"

#include <algorithm>
#include <cstddef>

namespace quantscope {

double heightOf(const BarsFigure& figure, double fontPoints) {
    constexpr double barMillimetres = 2.2;
    constexpr double besideRows = 25;   // axis and legend
    constexpr std::size_t oneLine = 20; // letters that fit beside a column's bars
    const double line = fontPoints * 1.45 / 72 * 25.4;
    double row = line; // the highest decides for all
    for (const BarGroup& group : figure.groups)
        row = std::max({row, barMillimetres * static_cast<double>(group.bars.size() + 1),
                        group.label.size() > oneLine ? 2 * line : line});
    return std::clamp(besideRows + row * static_cast<double>(figure.groups.size()), 60.0, 240.0);
}

} // namespace quantscope
