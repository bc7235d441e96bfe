#include "app/gui/pages_panel.h"

#include "app/gui/navigation/page_groups.h"
#include "app/gui/navigation/page_navigation.h"
#include "views/pages/allocate_page.h"
#include "views/pages/compare_page.h"
#include "views/pages/early_exit_page.h"
#include "views/pages/errors_page.h"
#include "views/pages/examine_panel.h"
#include "views/pages/examples_page.h"
#include "views/pages/overview_page.h"
#include "views/pages/patch_now_panel.h"
#include "views/pages/patching_page.h"
#include "views/pages/report_page.h"
#include "views/pages/residuals_page.h"
#include "views/pages/training_page.h"
#include "views/pages/weights_page.h"

#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace quantscope {

namespace {

/// From this width on, figures have room enough beside the list of pages.
constexpr int widthWithList = 880;

/// Takes the room it gets. A stack that asks all of its pages how high their texts are at every
/// width lays out twenty pages whenever a sentence of one changes.
class PageStack : public QStackedWidget {
public:
    bool hasHeightForWidth() const override { return false; }
    QSize sizeHint() const override { return {960, 640}; }
    QSize minimumSizeHint() const override { return {400, 320}; }
};

} // namespace

PagesPanel::PagesPanel(PageValuesService& values, QuestionsService& questions, Selection& selection,
                       bool withComparison, QWidget* parent)
    : QWidget(parent)
    , m_values(values)
    , m_questions(questions)
    , m_navigation(new PageNavigation(this))
    , m_stack(new PageStack)
    , m_overview(new OverviewPage)
    , m_examples(new ExamplesPage)
    , m_errors(new ErrorsPage)
    , m_residuals(new ResidualsPage)
    , m_earlyExit(new EarlyExitPage)
    , m_patching(new PatchingPage)
    , m_weights(new WeightsPage)
    , m_training(new TrainingPage)
    , m_allocate(new AllocatePage)
    , m_compare(new ComparePage) {
    for (const ReportKind kind : allReports)
        m_reports.push_back(kind == ReportKind::Training     ? m_training
                            : kind == ReportKind::Allocation ? m_allocate
                                                             : new ReportPage(kind));
    addPages(selection, withComparison);
    wireValues();
    wireRequests();
    wireQuestions();
    connect(m_navigation, &PageNavigation::pageChosen, this, &PagesPanel::setCurrentIndex);
    setCurrentIndex(static_cast<int>(PageKind::Overview));
}

void PagesPanel::addPages(Selection& selection, bool withComparison) {
    for (Page* each : pages()) {
        each->setSelection(&selection);
        m_stack->addWidget(each);
        connect(each, &Page::statusMessage, this, &PagesPanel::statusMessage);
    }
    for (const PageGroup& group : pageGroups()) {
        m_navigation->addGroup(group.title);
        for (const PageKind kind : group.pages)
            if (withComparison || kind != PageKind::Compare)
                m_navigation->addPage(static_cast<int>(kind), page(kind)->title());
    }
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(m_navigation->row());
    column->addWidget(m_stack, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_navigation->list());
    layout->addLayout(column, 1);
}

int PagesPanel::count() const { return m_stack->count(); }

int PagesPanel::currentIndex() const { return m_stack->currentIndex(); }

void PagesPanel::setCurrentIndex(int index) {
    m_navigation->setCurrent(index);
    m_stack->setCurrentIndex(index);
    requestShown(index);
    Q_EMIT currentChanged(index);
}

void PagesPanel::setCurrentPage(const Page* page) {
    const std::vector<Page*> all = pages();
    const auto found = std::find(all.begin(), all.end(), page);
    if (found != all.end())
        setCurrentIndex(static_cast<int>(found - all.begin()));
}

void PagesPanel::step(int steps) {
    if (const int index = m_navigation->neighbour(steps); index >= 0)
        setCurrentIndex(index);
}

void PagesPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool wide = width() >= widthWithList;
    m_navigation->list()->setVisible(wide);
    m_navigation->row()->setVisible(!wide);
}

std::vector<Page*> PagesPanel::pages() const {
    std::vector<Page*> all = {m_overview,  m_examples, m_errors, m_residuals,
                              m_earlyExit, m_patching, m_weights};
    all.insert(all.end(), m_reports.begin(), m_reports.end());
    all.push_back(m_compare);
    return all;
}

Page* PagesPanel::page(PageKind kind) const { return pages()[static_cast<std::size_t>(kind)]; }

Page* PagesPanel::currentPage() const { return static_cast<Page*>(m_stack->currentWidget()); }

void PagesPanel::beginSession(const std::vector<std::string>& lanes) {
    m_errorsValues.reset();
    m_heldResiduals.reset();
    m_examplesKnown = false;
    setLanes(lanes);
    for (Page* each : pages())
        each->showLoading();
}

void PagesPanel::setLanes(const std::vector<std::string>& lanes) {
    for (Page* each : pages())
        each->setLanes(lanes);
}

void PagesPanel::setLeadingLanes(const std::vector<std::string>& lanes) {
    for (Page* each : pages())
        each->setLeadingLanes(lanes);
}

void PagesPanel::setNotes(const QString& notes) {
    for (Page* each :
         std::initializer_list<Page*>{m_overview, m_residuals, m_earlyExit, m_patching, m_weights})
        each->setNotes(notes);
}

void PagesPanel::showEmpty(const QString& text) {
    for (Page* each : pages())
        each->showEmpty(text);
}

void PagesPanel::requestShown(int index) {
    for (const PageKind kind : allPages)
        m_values.setShown(kind, static_cast<int>(kind) == index);
    // Residuals are sorted and grouped by columns of the examples.
    if (index == static_cast<int>(PageKind::Residuals))
        m_values.setShown(PageKind::Examples, true);
}

void PagesPanel::wireValues() {
    connect(&m_values, &PageValuesService::loading, this,
            [this](PageKind kind) { page(kind)->showStale(); });
    connect(&m_values, &PageValuesService::failed, this,
            [this](PageKind kind, const QString& message) { page(kind)->showFailed(message); });
    connect(&m_values, &PageValuesService::overviewReady, m_overview, &OverviewPage::setValues);
    connect(&m_values, &PageValuesService::examplesReady, m_examples, &ExamplesPage::setValues);
    wireResiduals();
    connect(&m_values, &PageValuesService::errorsReady, this,
            [this](const std::shared_ptr<const ErrorsValues>& values) {
                m_errorsValues = values;
                m_errors->setValues(values);
            });
    connect(&m_values, &PageValuesService::scatterReady, m_errors,
            &ErrorsPage::setScatterStatistics);
    connect(&m_values, &PageValuesService::earlyExitReady, m_earlyExit, &EarlyExitPage::setValues);
    connect(&m_values, &PageValuesService::patchingReady, m_patching, &PatchingPage::setValues);
    connect(&m_values, &PageValuesService::weightsReady, m_weights, &WeightsPage::setValues);
    connect(&m_values, &PageValuesService::reportReady, this,
            [this](const std::shared_ptr<const ReportValues>& values) {
                m_reports[static_cast<std::size_t>(values->kind)]->setValues(values);
            });
}

/// Its examples are sorted and grouped by columns of the page Examples.
void PagesPanel::wireResiduals() {
    connect(&m_values, &PageValuesService::examplesReady, this,
            [this](const std::shared_ptr<const ExamplesValues>& values) {
                std::vector<std::string> names, labels;
                for (const ExampleColumn& column : values->columns)
                    names.push_back(column.name);
                for (const LabelColumn& label : values->labels)
                    labels.push_back(label.name);
                m_residuals->setExampleColumns(std::move(names), std::move(labels));
                showHeldResiduals();
            });
    connect(&m_values, &PageValuesService::failed, this, [this](PageKind kind) {
        if (kind == PageKind::Examples)
            showHeldResiduals();
    });
    connect(&m_values, &PageValuesService::detailReady, m_residuals, &ResidualsPage::setDetail);
    connect(&m_values, &PageValuesService::residualsReady, this,
            [this](const std::shared_ptr<const ResidualsValues>& values) {
                m_heldResiduals = values;
                if (m_examplesKnown)
                    showHeldResiduals();
            });
}

void PagesPanel::showHeldResiduals() {
    m_examplesKnown = true;
    if (m_heldResiduals)
        m_residuals->setValues(std::exchange(m_heldResiduals, nullptr));
}

void PagesPanel::wireRequests() {
    connect(m_errors, &ErrorsPage::scatterRequested, this,
            [this](int x, int y) { m_values.requestScatter(m_errorsValues, x, y); });
    connect(m_residuals, &Page::requestChanged, this,
            [this] { m_values.requestResiduals(m_residuals->request()); });
    connect(m_earlyExit, &Page::requestChanged, this,
            [this] { m_values.requestEarlyExit(QString::fromStdString(m_earlyExit->lane())); });
    connect(m_patching, &Page::requestChanged, this,
            [this] { m_values.requestPatching(QString::fromStdString(m_patching->lane())); });
    for (ReportPage* report : m_reports)
        connect(report, &Page::requestChanged, this, [this, report] {
            m_values.requestReport(report->kind(), QString::fromStdString(report->lane()));
        });
    connect(m_allocate, &AllocatePage::allocationRequested, &m_values,
            &PageValuesService::requestAllocation);
    connect(&m_values, &PageValuesService::allocationReady, m_allocate,
            &AllocatePage::setAllocation);
    connect(&m_values, &PageValuesService::allocationFailed, m_allocate,
            &AllocatePage::showAllocationFailed);
    connect(m_compare, &Page::requestChanged, this,
            [this] { m_values.requestComparison(m_compare->request()); });
    connect(&m_values, &PageValuesService::comparisonReady, m_compare, &ComparePage::setValues);
    connect(m_weights, &Page::requestChanged, this, [this] {
        m_values.requestWeights(QString::fromStdString(m_weights->method()),
                                QString::fromStdString(m_weights->statistic()));
    });
}

void PagesPanel::wireQuestions() {
    ExaminePanel* examine = m_earlyExit->examine();
    connect(examine, &ExaminePanel::requested, &m_questions, &QuestionsService::examine);
    connect(&m_questions, &QuestionsService::examined, examine, &ExaminePanel::setValues);
    connect(&m_questions, &QuestionsService::examineFailed, examine, &ExaminePanel::showFailed);
    PatchNowPanel* patch = m_patching->patchNow();
    connect(patch, &PatchNowPanel::expected, &m_questions, &QuestionsService::prepare);
    connect(patch, &PatchNowPanel::requested, &m_questions, &QuestionsService::patch);
    connect(patch, &PatchNowPanel::stopRequested, &m_questions, &QuestionsService::stopPatching);
    connect(patch, &PatchNowPanel::forgetRequested, &m_questions, &QuestionsService::forgetRuns);
    connect(&m_questions, &QuestionsService::historyReady, patch, &PatchNowPanel::setHistory);
    connect(&m_questions, &QuestionsService::patchFailed, patch, &PatchNowPanel::showFailed);
    connect(&m_questions, &QuestionsService::patchingChanged, patch, &PatchNowPanel::showRunning);
}

} // namespace quantscope
