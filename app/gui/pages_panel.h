#pragma once

#include "app/service/page_values_service.h"
#include "app/service/questions_service.h"

#include <QTabWidget>

#include <array>
#include <memory>
#include <vector>

namespace quantscope {

class AllocatePage;
class EarlyExitPage;
class ErrorsPage;
class ExamplesPage;
class OverviewPage;
class Page;
class PatchingPage;
class ReportPage;
class ResidualsPage;
class Selection;
class TrainingPage;
class WeightsPage;

/// The pages in the centre of the window, wired to the service that computes their values.
class PagesPanel : public QTabWidget {
    Q_OBJECT

public:
    PagesPanel(PageValuesService& values, QuestionsService& questions, Selection& selection,
               QWidget* parent = nullptr);

    Page* page(PageKind kind) const;
    Page* currentPage() const;
    std::vector<Page*> pages() const;
    TrainingPage* training() const { return m_training; }
    AllocatePage* allocatePage() const { return m_allocate; }

    /// Another session, with its lanes in their order; without lanes there is none.
    void beginSession(const std::vector<std::string>& lanes);
    /// The same session has grown; its lanes may have too.
    void setLanes(const std::vector<std::string>& lanes);
    /// What the model's family lacks, for the pages that show sites or matrices.
    void setNotes(const QString& notes);
    /// What pages say that have nothing to show.
    void showEmpty(const QString& text);

    /// The page whose experiments the window runs.
    ReportPage* report(ReportKind kind) const { return m_reports[static_cast<std::size_t>(kind)]; }

Q_SIGNALS:
    void statusMessage(const QString& text);

private:
    void wireValues();
    void wireRequests();
    void wireQuestions();
    void showTab(int index);

    PageValuesService& m_values;
    QuestionsService& m_questions;
    OverviewPage* m_overview;
    ExamplesPage* m_examples;
    ErrorsPage* m_errors;
    ResidualsPage* m_residuals;
    EarlyExitPage* m_earlyExit;
    PatchingPage* m_patching;
    WeightsPage* m_weights;
    TrainingPage* m_training;           ///< one of the reports
    AllocatePage* m_allocate;
    std::vector<ReportPage*> m_reports; ///< one a kind, in the order of allReports
    std::shared_ptr<const ErrorsValues> m_errorsValues;
};

} // namespace quantscope
