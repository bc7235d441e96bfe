#pragma once

#include "core/data/pages/weights.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;

namespace quantscope {

class HeatmapPlot;
class LinesPlot;

/// How far each method moved the weights, by layer and module.
class WeightsPage : public Page {
    Q_OBJECT

public:
    explicit WeightsPage(QWidget* parent = nullptr);

    QString title() const override;
    QString helpText() const override;
    void setSelection(Selection* selection) override;
    void setLanes(const std::vector<std::string>& lanes) override;
    std::vector<PlotWidget*> plots() const override;

    void setValues(std::shared_ptr<const WeightsValues> values);
    /// The method that is wanted; empty before the first values.
    std::string method() const { return m_method; }
    /// relative_error, sqnr, cosine, bits, activation_bits, basis_misfit or training_loss.
    std::string statistic() const { return m_statistic; }

private:
    void showPlots();

    std::shared_ptr<const WeightsValues> m_values;
    std::string m_method;
    std::string m_statistic = "relative_error";
    QComboBox* m_methods = nullptr;
    QComboBox* m_statistics = nullptr;
    HeatmapPlot* m_map = nullptr;
    LinesPlot* m_byLayer = nullptr;
};

} // namespace quantscope
