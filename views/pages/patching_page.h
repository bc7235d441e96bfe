#pragma once

#include "core/data/pages/patching.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;
class QLabel;
class QStackedWidget;
class QTableView;

namespace quantscope {

class BarsPlot;
class HeatmapPlot;
class LinesPlot;
class PatchNowPanel;
class ValueTable;

/// Which module's outputs carry the damage: what replacing them by the other model's recovers.
class PatchingPage : public Page {
    Q_OBJECT

public:
    explicit PatchingPage(QWidget* parent = nullptr);

    QString title() const override;
    QString helpText() const override;
    void setSelection(Selection* selection) override;
    void setLanes(const std::vector<std::string>& lanes) override;
    std::vector<PlotWidget*> plots() const override;

    void setValues(std::shared_ptr<const PatchingValues> values);
    /// The patched lane that is wanted; empty before the first values.
    std::string lane() const { return m_lane; }
    /// Where a patch is run on demand, with the history of such runs.
    PatchNowPanel* patchNow() const { return m_now; }

private:
    void showPlots();
    void showKind();

    std::shared_ptr<const PatchingValues> m_values;
    std::string m_lane;
    PatchNowPanel* m_now = nullptr;
    QStackedWidget* m_study = nullptr; ///< figures of the study's patches, or that there are none
    QLabel* m_none = nullptr;
    QComboBox* m_lanes = nullptr;
    QComboBox* m_kinds = nullptr;
    BarsPlot* m_bars = nullptr;
    HeatmapPlot* m_map = nullptr;
    LinesPlot* m_cumulative = nullptr;
    QTableView* m_table = nullptr;
    ValueTable* m_model = nullptr;
};

} // namespace quantscope
