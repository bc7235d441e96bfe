#pragma once

#include "views/plots/lane_styles.h"
#include "views/plots/plot_widget.h"

#include <optional>

class QCPGraph;
class QCPItemStraightLine;
class QCPItemTracer;

namespace quantscope {

class CategoryTicker;
class LineLabels;

/// Lines with bands, one a curve. Names stand at the lines' ends, outside the axes.
class LinesPlot : public PlotWidget {
    Q_OBJECT

public:
    explicit LinesPlot(QWidget* parent = nullptr);
    ~LinesPlot() override;

    void setFigure(const CurveFigure& figure);
    const CurveFigure& figure() const { return m_figure; }
    void setLaneStyles(const LaneStyles& styles);
    /// Names of x = 0, 1, …; empty: numbers.
    void setTickNames(const std::vector<std::string>& names);
    void setLogarithmic(bool logarithmic);
    bool isLogarithmic() const { return m_logarithmic; }
    /// Fills the space under each line, as for densities.
    void setFilled(bool filled);
    /// A horizontal line at zero, for correlations and differences.
    void setZeroLine(bool shown);
    /// A thin vertical line, e.g. at the selected layer.
    void setMarkedX(std::optional<double> x);

    QVariantMap viewState() const override;
    void restoreView(const QVariantMap& state) override;

    std::function<QString()> csvLater() const override;
    bool isEmpty() const override;

Q_SIGNALS:
    void xClicked(double x);

protected:
    void applyStyle(const PlotStyle& style) override;
    void showAll() override;
    QString hoverText(const QPointF& position) override;
    void clicked(const QPointF& position, Qt::KeyboardModifiers modifiers) override;
    void left() override;
    void addMenuEntries(QMenu& menu) override;

private:
    QString labelOf(const Curve& curve) const;
    struct Line {
        QCPGraph* graph = nullptr;
        QCPGraph* low = nullptr; ///< null without a band
        QCPGraph* high = nullptr;
    };

    void rebuild();
    void chooseTickers();

    CurveFigure m_figure;
    LaneStyles m_laneStyles;
    std::vector<std::string> m_tickNames;
    std::vector<Line> m_lines;
    bool m_logarithmic = false;
    bool m_filled = false;
    bool m_zeroLine = false;
    std::optional<double> m_markedX;
    LineLabels* m_labels = nullptr;
    QCPItemStraightLine* m_zero = nullptr;
    QCPItemStraightLine* m_mark = nullptr;
    QCPItemStraightLine* m_cursor = nullptr;
    QCPItemTracer* m_tracer = nullptr;
};

} // namespace quantscope
