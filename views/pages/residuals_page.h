#pragma once

#include "core/data/pages/details.h"
#include "core/data/pages/residuals.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;
class QSpinBox;

namespace quantscope {

class HeatmapPlot;
class LinesPlot;

/// Where in depth the examples differ: maps of layer × example and layer × token, curves of both
/// sets by layer, densities around the norm, and the correlation with the final error.
class ResidualsPage : public Page {
    Q_OBJECT

public:
    explicit ResidualsPage(QWidget* parent = nullptr);

    QString title() const override;
    QString helpText() const override;
    void setSelection(Selection* selection) override;
    void setLanes(const std::vector<std::string>& lanes) override;
    std::vector<PlotWidget*> plots() const override;

    void setValues(std::shared_ptr<const ResidualsValues> values);
    /// Of the selected example: what both models made of the tokens that are pointed at.
    void setDetail(std::shared_ptr<const ExampleDetail> detail);
    /// Names of example columns (ExamplesValues::columns) that maps can be sorted by, and of labels
    /// that they can be grouped by.
    void setExampleColumns(std::vector<std::string> columns, std::vector<std::string> labels);
    ResidualsRequest request() const { return m_request; }
    /// Takes over a stored request without asking for values.
    void setRequest(const ResidualsRequest& request);

private:
    void buildControls();
    void readControls();
    void readGroups(ResidualsRequest& request) const;
    void showControls();
    void showGroupChoices();
    void showMaps();
    void showMarkers();
    void showTokenNotes();

    std::shared_ptr<const ResidualsValues> m_values;
    std::shared_ptr<const ExampleDetail> m_detail;
    std::vector<std::string> m_sortColumns;
    std::vector<std::string> m_labels;
    ResidualsRequest m_request;
    std::string m_groupChoice; ///< as m_groupBy has it: outlives the groups that it stands for
    bool m_fillingControls = false;
    QComboBox* m_site = nullptr;
    QComboBox* m_statistic = nullptr;
    QComboBox* m_lane = nullptr;
    QComboBox* m_minusLane = nullptr;
    QComboBox* m_sortBy = nullptr;
    QComboBox* m_groupBy = nullptr;
    QSpinBox* m_densityLayer = nullptr;
    HeatmapPlot* m_examples = nullptr;
    HeatmapPlot* m_tokens = nullptr;
    LinesPlot* m_byLayer = nullptr;
    LinesPlot* m_correlation = nullptr;
    LinesPlot* m_before = nullptr;
    LinesPlot* m_after = nullptr;
};

} // namespace quantscope
