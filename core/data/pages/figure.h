#pragma once

#include "core/data/pages/bars.h"
#include "core/data/pages/common.h"
#include "core/data/pages/errors.h"
#include "core/data/pages/strips.h"

#include <optional>
#include <variant>

namespace quantscope {

struct MatrixFigure {
    Caption caption;
    Matrix matrix;
};

/// Examples by two of their quantities.
struct ScatterFigureValues {
    Caption caption;
    ExampleColumn x;
    ExampleColumn y;
    std::vector<std::size_t> large;
    std::vector<std::size_t> control;
    ScatterStatistics statistics;
};

using TableCell = std::variant<std::string, double, Interval>;

/// A table that is part of a page or of a set of figures.
struct TableFigure {
    Caption caption;
    std::vector<std::string> columns;
    std::vector<std::vector<TableCell>> rows;
};

/// Any figure with how it is drawn.
struct Figure {
    std::string name; ///< for files: letters, digits and dashes
    std::variant<CurveFigure, BarsFigure, MatrixFigure, ScatterFigureValues, TableFigure,
                 StripsFigure>
        body;
    bool logarithmic = false;           ///< curves: the y axis; maps: the colours
    bool zeroLine = false;              ///< curves: a line at y = 0
    bool filled = false;                ///< curves: the space under them
    std::optional<double> reference;    ///< bars, strips: a line at this value
    std::vector<std::string> roles;     ///< that take the lanes' colours; empty: the lanes
    std::vector<std::string> tickNames; ///< curves: names of x = 0, 1, …; empty: numbers
    bool asMap = false; ///< matrices: colours alone, layers upward; else with numbers in the cells
};

inline const Caption& captionOf(const Figure& figure) {
    return std::visit([](const auto& body) -> const Caption& { return body.caption; }, figure.body);
}

} // namespace quantscope
