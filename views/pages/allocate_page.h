#pragma once

#include "core/data/pages/allocate.h"
#include "core/data/recipe_request.h"
#include "views/pages/report_page.h"

#include <QPointer>
#include <QTimer>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QMenu;
class QPushButton;
class QSlider;
class QToolButton;

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
    /// There is no answer: why, and what to change.
    void showAllocationFailed(const QString& why);
    /// The budget that the slider stands at, bits per weight.
    double budget() const;
    /// The assignment on view, as a recipe.
    RecipeRequest recipe() const;

Q_SIGNALS:
    void allocationRequested(const quantscope::AllocateRequest& request);
    /// The recipe as a file. @param form  see recipeFormNames()
    void recipeRequested(const quantscope::RecipeRequest& request, const QString& form);
    /// The recipe as a lane of a study that runs now.
    void applyRequested(const quantscope::RecipeRequest& request);

protected:
    QWidget* header() override;

private:
    void buildHeader();
    QToolButton* addChoices(const QString& text, const QString& toolTip);
    void addExportMenu(QToolButton* button);
    void fillProtect();
    void fillAmong();
    void readChoices();
    void ask();
    void showRange();
    void showMaps();

    std::shared_ptr<const AllocateValues> m_allocation;
    QPointer<QWidget> m_header; ///< of the list of figures, while it stands in one
    AllocateRequest m_request; ///< what is asked next
    QComboBox* m_candidates = nullptr;
    QComboBox* m_objectives = nullptr;
    QToolButton* m_protect = nullptr;
    QToolButton* m_among = nullptr;
    QSlider* m_slider = nullptr;
    QDoubleSpinBox* m_budget = nullptr;
    QPushButton* m_apply = nullptr;
    QToolButton* m_export = nullptr;
    QLabel* m_answer = nullptr;
    HeatmapPlot* m_sensitivity = nullptr;
    HeatmapPlot* m_bits = nullptr;
    QTimer m_delay; ///< asks when the slider rests
};

} // namespace quantscope
