#pragma once

#include "core/data/pages/early_exit.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;
class QStackedWidget;

namespace quantscope {

class ExaminePanel;
class LinesPlot;

/// The loss read off every layer, for both sets in the full and the quantized model.
class EarlyExitPage : public Page {
    Q_OBJECT

public:
    explicit EarlyExitPage(QWidget* parent = nullptr);

    QString title() const override;
    QString helpText() const override;
    void setSelection(Selection* selection) override;
    void setLanes(const std::vector<std::string>& lanes) override;
    std::vector<PlotWidget*> plots() const override;

    void setValues(std::shared_ptr<const EarlyExitValues> values);
    /// The quantized lane that is wanted; empty before the first values.
    std::string lane() const { return m_lane; }
    /// Where layers are read at one position on demand.
    ExaminePanel* examine() const { return m_examine; }

private:
    void showPlots();

    std::shared_ptr<const EarlyExitValues> m_values;
    std::string m_lane;
    ExaminePanel* m_examine = nullptr;
    QStackedWidget* m_study = nullptr; ///< figures of the study, or that there are none
    QComboBox* m_lanes = nullptr;
    QComboBox* m_statistics = nullptr;
    LinesPlot* m_upperHalf = nullptr;
    LinesPlot* m_allLayers = nullptr;
};

} // namespace quantscope
