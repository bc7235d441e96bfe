#include "app/service/experiment_service.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace quantscope {

ExperimentService::ExperimentService(StudyBackend backend, QObject* parent)
    : QObject(parent)
    , m_backend(std::move(backend))
    , m_request(&m_pool) {
    m_pool.setMaxThreadCount(1);
    connect(&m_request, &LatestRequest::busyChanged, this, &ExperimentService::busyChanged);
    connect(&m_request, &LatestRequest::failed, this, [this](const QString& message, int) {
        spdlog::warn("An experiment failed: {}", message.toStdString());
        Q_EMIT failed(message);
    });
}

ExperimentService::~ExperimentService() {
    m_request.drop();
    m_pool.waitForDone();
}

void ExperimentService::trySuperWeight(const std::shared_ptr<const SessionData>& session,
                                       const QString& path, const QString& lane) {
    m_request.submit(
        [superWeight = m_backend.superWeight, session, path, lane](const std::stop_token& stop) {
            Job job({}, stop);
            return std::make_shared<const TableFigure>(superWeight(
                session, std::filesystem::path(path.toStdString()), lane.toStdString(), job));
        },
        this,
        [this](const std::shared_ptr<const TableFigure>& outcome) {
            Q_EMIT superWeightReady(outcome);
        });
}

void ExperimentService::drop() { m_request.drop(); }

} // namespace quantscope
