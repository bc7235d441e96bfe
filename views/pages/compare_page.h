#pragma once

#include "core/data/pages/comparison.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;
class QLabel;
class QTableView;

namespace quantscope {

class BarsPlot;
class ConditionsEditor;
class LinesPlot;
class ScatterPlot;
class ValueTable;

/// Two sessions on the examples that both have: metrics with paired intervals, conditions that
/// pass or fail, and the examples that differ most.
class ComparePage : public Page {
    Q_OBJECT

public:
    explicit ComparePage(QWidget* parent = nullptr);

    QString title() const override;
    QString helpText() const override;
    void setSelection(Selection* selection) override;
    std::vector<PlotWidget*> plots() const override;

    /// Null: there is one session only.
    void setValues(std::shared_ptr<const ComparisonValues> values);
    /// The lanes and conditions that a person chose.
    ComparisonRequest request() const;
    ConditionsEditor* conditions() const { return m_conditions; }

private:
    void build();
    void chooseLanes();
    void showSummary();
    void showMetrics();
    void showExamples();
    void showPlots();
    void showSelection();
    void choose(std::size_t example, Qt::KeyboardModifiers modifiers);

    std::shared_ptr<const ComparisonValues> m_values;
    LanePair m_chosen; ///< empty: the first pair
    QComboBox* m_laneA;
    QComboBox* m_laneB;
    QLabel* m_summary;
    QLabel* m_notes;
    QTableView* m_metrics;
    ValueTable* m_metricsModel;
    ConditionsEditor* m_conditions;
    QTableView* m_examples;
    ValueTable* m_examplesModel;
    ScatterPlot* m_scatter;
    LinesPlot* m_distribution;
    BarsPlot* m_groups;
    bool m_followsSelection = false;
};

} // namespace quantscope
