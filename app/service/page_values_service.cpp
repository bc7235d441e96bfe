#include "app/service/page_values_service.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace quantscope {

PageKind pageOf(ReportKind report) {
    // Both enumerations have the reports in one order.
    return static_cast<PageKind>(static_cast<int>(PageKind::Output) + static_cast<int>(report));
}

PageValuesService::PageValuesService(PageFunctions functions, QObject* parent)
    : QObject(parent)
    , m_functions(std::move(functions)) {
    // Two at most: the study computes beside it.
    m_pool.setMaxThreadCount(2);
    for (const PageKind page : allPages) {
        auto request = std::make_unique<LatestRequest>(&m_pool);
        connect(request.get(), &LatestRequest::failed, this,
                [this, page](const QString& message, int) {
                    spdlog::warn("A page could not be computed: {}", message.toStdString());
                    Q_EMIT failed(page, message);
                });
        m_requests[static_cast<std::size_t>(page)] = std::move(request);
        m_stale.insert(page);
    }
    m_detailRequest = std::make_unique<LatestRequest>(&m_pool);
    m_scatterRequest = std::make_unique<LatestRequest>(&m_pool);
    m_allocationRequest = std::make_unique<LatestRequest>(&m_pool);
    m_matchingRequest = std::make_unique<LatestRequest>(&m_pool);
    for (LatestRequest* request : {m_detailRequest.get(), m_scatterRequest.get(),
                                   m_allocationRequest.get(), m_matchingRequest.get()})
        connect(request, &LatestRequest::failed, this,
                [](const QString& message, int) { spdlog::warn("{}", message.toStdString()); });
    connect(m_allocationRequest.get(), &LatestRequest::failed, this,
            [this](const QString& message) { Q_EMIT allocationFailed(message); });
    connect(m_matchingRequest.get(), &LatestRequest::failed, this,
            [this](const QString& message) { Q_EMIT matchingFailed(message); });
}

PageValuesService::~PageValuesService() {
    m_pool.clear();
    m_pool.waitForDone();
}

bool PageValuesService::isBusy() const {
    return m_detailRequest->isBusy() || m_scatterRequest->isBusy() ||
           m_allocationRequest->isBusy() || m_matchingRequest->isBusy() ||
           std::any_of(m_requests.begin(), m_requests.end(),
                       [](const auto& request) { return request->isBusy(); });
}

void PageValuesService::setSession(std::shared_ptr<const SessionData> session) {
    // Conditions and lanes to compare are a person's and are asked of the next session as well.
    ComparisonRequest comparison = std::move(m_asked.comparison);
    m_asked = {};
    m_asked.comparison = std::move(comparison);
    growSession(std::move(session));
}

void PageValuesService::growSession(std::shared_ptr<const SessionData> session) {
    m_session = std::move(session);
    m_stale = std::set<PageKind>(allPages.begin(), allPages.end());
    if (!m_session) {
        for (const auto& request : m_requests)
            request->drop();
        m_detailRequest->drop();
        m_scatterRequest->drop();
        m_allocationRequest->drop();
        m_matchingRequest->drop();
        return;
    }
    match();
    for (const PageKind page : m_shown)
        refresh(page);
}

void PageValuesService::setOther(std::shared_ptr<const SessionData> other) {
    m_other = std::move(other);
    m_matchingRequest->drop();
    requestOf(PageKind::Compare).drop();
    match();
    refresh(PageKind::Compare);
}

void PageValuesService::match() {
    if (!m_session || !m_other)
        return;
    m_matchingRequest->submit(
        [function = m_functions.match, session = m_session,
         other = m_other](const std::stop_token&) { return function(*session, *other); },
        this, [this](const ExampleMatching& matching) { Q_EMIT matchingReady(matching); });
}

void PageValuesService::setShown(PageKind page, bool shown) {
    if (!shown) {
        m_shown.erase(page);
        return;
    }
    m_shown.insert(page);
    if (m_stale.contains(page))
        refresh(page);
}

void PageValuesService::refresh(PageKind page) {
    m_stale.insert(page);
    if (!m_session || !m_shown.contains(page))
        return;
    m_stale.erase(page);
    Q_EMIT loading(page);
    compute(page);
}

void PageValuesService::requestResiduals(const ResidualsRequest& request) {
    m_asked.residuals = request;
    refresh(PageKind::Residuals);
}

void PageValuesService::requestEarlyExit(const QString& lane) {
    m_asked.earlyExitLane = lane.toStdString();
    refresh(PageKind::EarlyExit);
}

void PageValuesService::requestPatching(const QString& lane) {
    m_asked.patchingLane = lane.toStdString();
    refresh(PageKind::Patching);
}

void PageValuesService::requestWeights(const QString& method, const QString& statistic) {
    m_asked.weightsMethod = method.toStdString();
    m_asked.weightsStatistic = statistic.toStdString();
    refresh(PageKind::Weights);
}

void PageValuesService::requestReport(ReportKind report, const QString& lane) {
    m_asked.reportLanes[static_cast<std::size_t>(report)] = lane.toStdString();
    refresh(pageOf(report));
}

void PageValuesService::requestScatter(std::shared_ptr<const ErrorsValues> values, int x, int y) {
    const int count = values ? static_cast<int>(values->quantities.size()) : 0;
    if (!m_session || x < 0 || y < 0 || x >= count || y >= count)
        return;
    m_scatterRequest->submit(
        [function = m_functions.scatter, values = std::move(values), x, y,
         session = m_session](const std::stop_token&) {
            return function(values->quantities[static_cast<std::size_t>(x)],
                            values->quantities[static_cast<std::size_t>(y)], *session);
        },
        this,
        [this, x, y](const ScatterStatistics& statistics) {
            Q_EMIT scatterReady(x, y, statistics);
        });
}

void PageValuesService::requestAllocation(const AllocateRequest& request) {
    if (!m_session)
        return;
    m_allocationRequest->submit(
        [function = m_functions.allocate, request,
         session = m_session](const std::stop_token& stop) {
            return std::make_shared<const AllocateValues>(function(*session, request, stop));
        },
        this,
        [this](const std::shared_ptr<const AllocateValues>& values) {
            Q_EMIT allocationReady(values);
        });
}

void PageValuesService::requestComparison(const ComparisonRequest& request) {
    m_asked.comparison = request;
    refresh(PageKind::Compare);
}

void PageValuesService::requestDetail(std::size_t example, const QString& lane) {
    if (!m_session)
        return;
    m_detailRequest->submit(
        [function = m_functions.detail, example, lane = lane.toStdString(),
         session = m_session](const std::stop_token&) {
            return std::make_shared<const ExampleDetail>(function(*session, example, lane));
        },
        this,
        [this](const std::shared_ptr<const ExampleDetail>& values) { Q_EMIT detailReady(values); });
}

template <typename Values, typename Compute>
void PageValuesService::submit(
    PageKind page, Compute compute,
    void (PageValuesService::*ready)(const std::shared_ptr<const Values>&)) {
    requestOf(page).submit(
        [compute = std::move(compute), session = m_session](const std::stop_token&) {
            return std::make_shared<const Values>(compute(*session));
        },
        this,
        [this, ready](const std::shared_ptr<const Values>& values) { (this->*ready)(values); });
}

void PageValuesService::compute(PageKind page) {
    switch (page) {
    case PageKind::Overview:
        submit<OverviewValues>(page, m_functions.overview, &PageValuesService::overviewReady);
        break;
    case PageKind::Examples:
        submit<ExamplesValues>(page, m_functions.examples, &PageValuesService::examplesReady);
        break;
    case PageKind::Errors:
        submit<ErrorsValues>(page, m_functions.errors, &PageValuesService::errorsReady);
        break;
    case PageKind::Residuals:
        submit<ResidualsValues>(
            page,
            [function = m_functions.residuals, request = m_asked.residuals](
                const SessionData& session) { return function(session, request); },
            &PageValuesService::residualsReady);
        break;
    case PageKind::EarlyExit:
        submit<EarlyExitValues>(
            page,
            [function = m_functions.earlyExit, lane = m_asked.earlyExitLane](
                const SessionData& session) { return function(session, lane); },
            &PageValuesService::earlyExitReady);
        break;
    case PageKind::Patching:
        submit<PatchingValues>(
            page,
            [function = m_functions.patching, lane = m_asked.patchingLane](
                const SessionData& session) { return function(session, lane); },
            &PageValuesService::patchingReady);
        break;
    case PageKind::Weights:
        submit<WeightsValues>(
            page,
            [function = m_functions.weights, method = m_asked.weightsMethod,
             statistic = m_asked.weightsStatistic](const SessionData& session) {
                return function(session, method, statistic);
            },
            &PageValuesService::weightsReady);
        break;
    case PageKind::Compare:
        compare();
        break;
    default: // the reports
        for (const ReportKind report : allReports)
            if (pageOf(report) == page)
                computeReport(report);
    }
}

void PageValuesService::compare() {
    if (!m_other) {
        Q_EMIT comparisonReady(nullptr);
        return;
    }
    submit<ComparisonValues>(
        PageKind::Compare,
        [function = m_functions.compare, request = m_asked.comparison,
         other = m_other](const SessionData& session) { return function(session, *other, request); },
        &PageValuesService::comparisonReady);
}

void PageValuesService::computeReport(ReportKind report) {
    submit<ReportValues>(
        pageOf(report),
        [function = m_functions.report, report,
         lane = m_asked.reportLanes[static_cast<std::size_t>(report)]](const SessionData& session) {
            return function(session, report, lane);
        },
        &PageValuesService::reportReady);
}

} // namespace quantscope
