#pragma once

#include "views/plots/lane_styles.h"
#include "views/plots/plot_widget.h"

#include <optional>
#include <string>
#include <vector>

class QCPItemStraightLine;

namespace quantscope {

class CategoryTicker;

/// What plots of named rows have in common: names from the top down, values along the horizontal
/// axis, a reference line, and the lanes' colours.
class RowsPlot : public PlotWidget {
    Q_OBJECT

public:
    ~RowsPlot() override;

    void setLaneStyles(const LaneStyles& styles);
    /// Draws a reference line, e.g. at 1 for all of the damage recovered.
    void setReference(std::optional<double> value);

protected:
    explicit RowsPlot(QWidget* parent);

    /// Names the rows and the values, and shows all of them.
    void showRows(std::vector<QString> names, const std::string& valueTitle);
    const LaneStyles& laneStyles() const { return m_laneStyles; }
    const std::optional<double>& reference() const { return m_reference; }

    /// The axes and the line; what is drawn in the rows is for the plot itself to style.
    void applyStyle(const PlotStyle& style) override;

private:
    LaneStyles m_laneStyles;
    std::optional<double> m_reference;
    CategoryTicker* m_ticker = nullptr; ///< owned by the axis
    QCPItemStraightLine* m_line = nullptr;
};

} // namespace quantscope
