#pragma once

#include "core/data/pages/errors.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;
class QLabel;

namespace quantscope {

class MatrixPlot;
class ScatterPlot;

/// Any two quantities of the examples against each other, and how much the methods agree on which
/// inputs fail.
class ErrorsPage : public Page {
    Q_OBJECT

public:
    explicit ErrorsPage(QWidget* parent = nullptr);

    QString title() const override;
    QString helpText() const override;
    void setSelection(Selection* selection) override;
    std::vector<PlotWidget*> plots() const override;

    void setValues(std::shared_ptr<const ErrorsValues> values);
    /// The statistics of quantities `x` and `y`; ignored when other axes were chosen meanwhile.
    void setScatterStatistics(int x, int y, const ScatterStatistics& statistics);
    /// Indices into ErrorsValues::quantities; −1 without values.
    int xQuantity() const;
    int yQuantity() const;
    void setAxes(int x, int y);
    /// 0: Pearson, 1: Spearman, 2: Jaccard of the top sets.
    void setMatrixStatistic(int statistic);

Q_SIGNALS:
    /// Statistics of these two quantities are wanted.
    void scatterRequested(int x, int y);

private:
    void showScatter();
    void showMatrix();
    void showSelection();
    void chooseCell(std::size_t row, std::size_t column);

    std::shared_ptr<const ErrorsValues> m_values;
    QComboBox* m_x = nullptr;
    QComboBox* m_y = nullptr;
    QComboBox* m_statistic = nullptr;
    QLabel* m_chance = nullptr;
    ScatterPlot* m_scatter = nullptr;
    MatrixPlot* m_matrix = nullptr;
};

} // namespace quantscope
