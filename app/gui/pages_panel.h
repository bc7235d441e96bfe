#pragma once

#include "app/service/page_values_service.h"
#include "app/service/questions_service.h"

#include <QWidget>

#include <memory>
#include <vector>

class QStackedWidget;

namespace quantscope {

class AllocatePage;
class ComparePage;
class EarlyExitPage;
class ErrorsPage;
class ExamplesPage;
class OverviewPage;
class Page;
class PageNavigation;
class PatchingPage;
class ReportPage;
class ResidualsPage;
class Selection;
class TrainingPage;
class WeightsPage;

/// The pages in the centre of the window with what chooses among them, wired to the service that
/// computes their values. A page's index is its PageKind.
class PagesPanel : public QWidget {
    Q_OBJECT

public:
    /// @param withComparison  whether the page that compares with another session is offered
    PagesPanel(PageValuesService& values, QuestionsService& questions, Selection& selection,
               bool withComparison = true, QWidget* parent = nullptr);

    Page* page(PageKind kind) const;
    Page* currentPage() const;
    std::vector<Page*> pages() const;
    int count() const;
    int currentIndex() const;
    void setCurrentIndex(int index);
    void setCurrentPage(const Page* page);
    /// Some pages on in the order of the groups, around the ends.
    void step(int steps);
    TrainingPage* training() const { return m_training; }
    AllocatePage* allocatePage() const { return m_allocate; }
    ComparePage* comparePage() const { return m_compare; }

    /// Another session, with its lanes in their order; without lanes there is none.
    void beginSession(const std::vector<std::string>& lanes);
    /// The same session has grown; its lanes may have too.
    void setLanes(const std::vector<std::string>& lanes);
    /// Lanes of another session that take their colours first; counts from the next setLanes on.
    void setLeadingLanes(const std::vector<std::string>& lanes);
    /// What the model's family lacks, for the pages that show sites or matrices.
    void setNotes(const QString& notes);
    /// What pages say that have nothing to show.
    void showEmpty(const QString& text);

    /// The page whose experiments the window runs.
    ReportPage* report(ReportKind kind) const { return m_reports[static_cast<std::size_t>(kind)]; }

Q_SIGNALS:
    void statusMessage(const QString& text);
    void currentChanged(int index);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void addPages(Selection& selection, bool withComparison);
    void wireValues();
    void wireRequests();
    void wireQuestions();
    void wireResiduals();
    void showHeldResiduals();
    void requestShown(int index);

    PageValuesService& m_values;
    QuestionsService& m_questions;
    PageNavigation* m_navigation;
    QStackedWidget* m_stack;
    OverviewPage* m_overview;
    ExamplesPage* m_examples;
    ErrorsPage* m_errors;
    ResidualsPage* m_residuals;
    EarlyExitPage* m_earlyExit;
    PatchingPage* m_patching;
    WeightsPage* m_weights;
    TrainingPage* m_training; ///< one of the reports
    AllocatePage* m_allocate;
    ComparePage* m_compare;
    std::vector<ReportPage*> m_reports; ///< one a kind, in the order of allReports
    std::shared_ptr<const ErrorsValues> m_errorsValues;
    /// Until it is known what examples can be sorted and grouped by: a saved view may say so.
    std::shared_ptr<const ResidualsValues> m_heldResiduals;
    bool m_examplesKnown = false;
};

} // namespace quantscope
