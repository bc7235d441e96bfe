#pragma once

#include "core/data/pages/column_groups.h"

#include <QFontMetricsF>
#include <QString>

#include <vector>

namespace quantscope {

/// From where to where on an axis.
struct Stretch {
    double from = 0;
    double to = 0;
};

/// A bracket over a group of columns, in pixels.
struct Bracket {
    std::size_t group = 0;
    double left = 0;
    double right = 0;
    QString name; ///< as written; empty where there is no room for it
    double nameLeft = 0;
};

/// The brackets of the groups in view. One too narrow to be seen is left out; a name that is wider
/// than its bracket reaches into room that no other name needs, or loses its end.
/// @param columns  in view, a column reaching half a unit to both sides
/// @param pixels   that they take
std::vector<Bracket> bracketLayout(const std::vector<ColumnGroup>& groups, const Stretch& columns,
                                   const Stretch& pixels, const QFontMetricsF& metrics);

} // namespace quantscope
