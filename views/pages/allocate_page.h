#pragma once

#include "core/data/pages/allocate.h"
#include "core/data/recipe_request.h"
#include "views/pages/report_page.h"

#include <QPointer>
#include <QTimer>

class QComboBox;
class QLabel;
class QPushButton;
class QSlider;

namespace quantscope {

class HeatmapPlot;

/// Where to spend bits: a slider for the budget above maps of sensitivity and of the bits that it
/// buys, and below what held-out text says of the assignments that were measured.
class AllocatePage : public ReportPage {
    Q_OBJECT

public:
    explicit AllocatePage(QWidget* parent = nullptr);
    ~AllocatePage() override;

    std::vector<PlotWidget*> plots() const override;

    void setValues(std::shared_ptr<const ReportValues> values) override;
    /// The answer to allocationRequested().
    void setAllocation(std::shared_ptr<const AllocateValues> values);
    /// The budget that the slider stands at, bits per weight.
    double budget() const;

Q_SIGNALS:
    void allocationRequested(const quantscope::AllocateRequest& request);
    /// @param apply  also as a method of the study that is being planned
    void recipeRequested(const quantscope::RecipeRequest& request, const QString& form, bool apply);

protected:
    QWidget* header() override;

private:
    void buildHeader();
    void addRecipeMenu(QPushButton* button);
    void ask();
    void showBudget();
    void showMaps();

    std::shared_ptr<const AllocateValues> m_allocation;
    QPointer<QWidget> m_header; ///< of the list of figures, while it stands in one
    QComboBox* m_candidates = nullptr;
    QComboBox* m_objectives = nullptr;
    QSlider* m_slider = nullptr;
    QLabel* m_budget = nullptr;
    QLabel* m_answer = nullptr;
    HeatmapPlot* m_sensitivity = nullptr;
    HeatmapPlot* m_bits = nullptr;
    QTimer m_delay; ///< asks when the slider rests
};

} // namespace quantscope
