#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace quantscope {

inline constexpr double notMeasured = std::numeric_limits<double>::quiet_NaN();

/// An estimate with its bootstrap interval.
struct Interval {
    double value = notMeasured;
    double low = notMeasured;
    double high = notMeasured;
};

/// What a figure shows and how it is defined.
struct Caption {
    std::string title;
    std::string definition; ///< one line
    std::string formula;    ///< plain text
    std::string source;     ///< paper and section
};

/// A matrix for a heatmap; NaN cells were not measured.
struct Matrix {
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::vector<float> values; ///< row-major
    std::vector<std::string> rowLabels;
    std::vector<std::string> columnLabels;
    std::string rowTitle;
    std::string columnTitle;
    std::string valueTitle; ///< statistic with its unit
    bool diverging = false; ///< centre the colour scale on zero

    float at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }
};

/// A line by layer (or any other axis) with an optional band.
struct Curve {
    std::string name;
    std::vector<double> x;
    std::vector<double> y;
    std::vector<double> low; ///< empty: no band
    std::vector<double> high;
    /// How views colour it: a lane name, or "d_large", "d_ctrl", "d_matched".
    std::string role;
    bool dashed = false;
};

struct CurveFigure {
    Caption caption;
    std::string xTitle;
    std::string yTitle;
    std::vector<Curve> curves;
};

/// Values by example, the unit of most views.
struct ExampleColumn {
    std::string name; ///< as in `table examples`, e.g. "error[rtn:bits=3]"
    std::string unit;
    std::vector<double> values;
};

} // namespace quantscope
