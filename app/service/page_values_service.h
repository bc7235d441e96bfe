#pragma once

#include "app/service/latest_request.h"
#include "core/data/pages/allocate.h"
#include "core/data/pages/comparison.h"
#include "core/data/pages/details.h"
#include "core/data/pages/early_exit.h"
#include "core/data/pages/errors.h"
#include "core/data/pages/examples.h"
#include "core/data/pages/overview.h"
#include "core/data/pages/paper.h"
#include "core/data/pages/patching.h"
#include "core/data/pages/report.h"
#include "core/data/pages/residuals.h"
#include "core/data/pages/weights.h"
#include "core/data/session_data.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <array>
#include <functional>
#include <memory>
#include <set>
#include <stop_token>

namespace quantscope {

/// What the window shows, one page a question.
enum class PageKind {
    Overview,
    Examples,
    Errors,
    Residuals,
    EarlyExit,
    Patching,
    Weights,
    Output,
    Agreement,
    Explanations,
    Predictors,
    Layers,
    Questions,
    Training,
    Calibration,
    Activations,
    Depth,
    Perturbation,
    Allocate,
    Experts,
    Compare
};

inline constexpr std::array allPages = {
    PageKind::Overview,  PageKind::Examples,     PageKind::Errors,      PageKind::Residuals,
    PageKind::EarlyExit, PageKind::Patching,     PageKind::Weights,     PageKind::Output,
    PageKind::Agreement, PageKind::Explanations, PageKind::Predictors,  PageKind::Layers,
    PageKind::Questions, PageKind::Training,     PageKind::Calibration, PageKind::Activations,
    PageKind::Depth,     PageKind::Perturbation, PageKind::Allocate,
    PageKind::Experts,   PageKind::Compare};

/// The page of a report.
PageKind pageOf(ReportKind report);

/// The functions of core/analysis that make the pages' values; tests put others in their place.
struct PageFunctions {
    std::function<OverviewValues(const SessionData&)> overview;
    std::function<ExamplesValues(const SessionData&)> examples;
    std::function<ErrorsValues(const SessionData&)> errors;
    std::function<ResidualsValues(const SessionData&, const ResidualsRequest&)> residuals;
    std::function<EarlyExitValues(const SessionData&, const std::string&)> earlyExit;
    std::function<PatchingValues(const SessionData&, const std::string&)> patching;
    std::function<WeightsValues(const SessionData&, const std::string&, const std::string&)>
        weights;
    std::function<ReportValues(const SessionData&, ReportKind, const std::string&)> report;
    std::function<std::vector<PaperFigure>(const SessionData&)> paper;
    std::function<ExampleDetail(const SessionData&, std::size_t, const std::string&)> detail;
    std::function<ScatterStatistics(const ExampleColumn&, const ExampleColumn&, const SessionData&)>
        scatter;
    std::function<AllocateValues(const SessionData&, const AllocateRequest&, std::stop_token)>
        allocate;
    std::function<ComparisonValues(const SessionData&, const SessionData&,
                                   const ComparisonRequest&)>
        compare;
    std::function<ExampleMatching(const SessionData&, const SessionData&)> match;
};

/// The real ones.
PageFunctions corePageFunctions();

/// Computes what pages show, off the GUI thread, for the session that is open. A page's values are
/// made when it is shown and again when the session has grown or the page asks differently; the
/// newest question wins. All functions and signals belong to the GUI thread.
class PageValuesService : public QObject {
    Q_OBJECT

public:
    explicit PageValuesService(PageFunctions functions, QObject* parent = nullptr);
    ~PageValuesService() override;

    /// Another session: what pages asked of the one before is forgotten. nullptr: none; running
    /// requests are dropped.
    void setSession(std::shared_ptr<const SessionData> session);
    /// The same session with more in it.
    void growSession(std::shared_ptr<const SessionData> session);
    const std::shared_ptr<const SessionData>& session() const { return m_session; }

    /// Another session beside this one, which it is compared with. nullptr: none.
    void setOther(std::shared_ptr<const SessionData> other);
    const std::shared_ptr<const SessionData>& other() const { return m_other; }

    /// Whether the page is to be kept up to date.
    void setShown(PageKind page, bool shown);

    void requestResiduals(const ResidualsRequest& request);
    void requestEarlyExit(const QString& lane);
    void requestPatching(const QString& lane);
    void requestWeights(const QString& method, const QString& statistic);
    void requestReport(ReportKind report, const QString& lane);
    /// Statistics of quantities `x` and `y`, indices into `values.quantities`.
    void requestScatter(std::shared_ptr<const ErrorsValues> values, int x, int y);

    /// The assignment for a budget, beside the page's figures.
    void requestAllocation(const AllocateRequest& request);

    void requestComparison(const ComparisonRequest& request);

    /// For the details dock. An empty lane: the one with the largest error.
    void requestDetail(std::size_t example, const QString& lane);

    bool isBusy() const;

Q_SIGNALS:
    void overviewReady(const std::shared_ptr<const quantscope::OverviewValues>& values);
    void examplesReady(const std::shared_ptr<const quantscope::ExamplesValues>& values);
    void errorsReady(const std::shared_ptr<const quantscope::ErrorsValues>& values);
    void residualsReady(const std::shared_ptr<const quantscope::ResidualsValues>& values);
    void earlyExitReady(const std::shared_ptr<const quantscope::EarlyExitValues>& values);
    void patchingReady(const std::shared_ptr<const quantscope::PatchingValues>& values);
    void weightsReady(const std::shared_ptr<const quantscope::WeightsValues>& values);
    void reportReady(const std::shared_ptr<const quantscope::ReportValues>& values);
    void detailReady(const std::shared_ptr<const quantscope::ExampleDetail>& values);
    void scatterReady(int x, int y, const quantscope::ScatterStatistics& values);
    void allocationReady(const std::shared_ptr<const quantscope::AllocateValues>& values);
    /// Null: there is no other session.
    void comparisonReady(const std::shared_ptr<const quantscope::ComparisonValues>& values);
    /// Which examples both sessions have, whenever one of them is another or has grown.
    void matchingReady(const quantscope::ExampleMatching& matching);
    void matchingFailed(const QString& message);
    void allocationFailed(const QString& message);
    void detailFailed(const QString& message);
    void loading(quantscope::PageKind page);
    void failed(quantscope::PageKind page, const QString& message);

private:
    LatestRequest& requestOf(PageKind page) { return *m_requests[static_cast<std::size_t>(page)]; }
    void refresh(PageKind page);
    void compute(PageKind page);
    void compare();
    void match();
    void computeReport(ReportKind report);

    template <typename Values, typename Compute>
    void submit(PageKind page, Compute compute,
                void (PageValuesService::*ready)(const std::shared_ptr<const Values>&));

    PageFunctions m_functions;
    QThreadPool m_pool; ///< own, so that a long estimate never holds up a picture
    std::array<std::unique_ptr<LatestRequest>, allPages.size()> m_requests;
    std::unique_ptr<LatestRequest> m_detailRequest;
    std::unique_ptr<LatestRequest> m_scatterRequest;
    std::unique_ptr<LatestRequest> m_allocationRequest;
    std::unique_ptr<LatestRequest> m_matchingRequest;
    std::shared_ptr<const SessionData> m_session;
    std::shared_ptr<const SessionData> m_other;
    std::set<PageKind> m_shown;
    std::set<PageKind> m_stale;

    /// What the pages asked for last.
    struct Questions {
        ResidualsRequest residuals;
        std::string earlyExitLane;
        std::string patchingLane;
        std::string weightsMethod;
        std::string weightsStatistic = "relative_error";
        std::array<std::string, allReports.size()> reportLanes;
        ComparisonRequest comparison;
    };
    Questions m_asked;
};

} // namespace quantscope
