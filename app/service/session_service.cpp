#include "app/service/session_service.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace quantscope {

SessionService::SessionService(StudyBackend backend, QObject* parent)
    : QObject(parent)
    , m_backend(std::move(backend)) {
    for (LatestRequest* request : {&m_opening, &m_saving, &m_exporting}) {
        connect(request, &LatestRequest::failed, this, [this](const QString& message, int kind) {
            spdlog::error("{}", message.toStdString());
            Q_EMIT failed(message, kind);
        });
        connect(request, &LatestRequest::busyChanged, this,
                [this] { Q_EMIT busyChanged(isBusy()); });
    }
}

void SessionService::open(const QString& path) {
    m_opening.submit(
        [open = m_backend.open, canResume = m_backend.canResume, path](const std::stop_token&) {
            const std::filesystem::path file(path.toStdString());
            return OpenedSession{path, open(file), canResume(file)};
        },
        this,
        [this](const OpenedSession& session) {
            spdlog::info("Opened {}", session.path.toStdString());
            Q_EMIT opened(session);
        });
}

void SessionService::save(const QString& path, const std::shared_ptr<const SessionData>& data) {
    m_saving.submit(
        [save = m_backend.save, path, data](const std::stop_token&) {
            save(std::filesystem::path(path.toStdString()), *data);
            return path;
        },
        this,
        [this](const QString& file) {
            spdlog::info("Saved {}", file.toStdString());
            Q_EMIT saved(file);
        });
}

void SessionService::exportRecipe(const std::shared_ptr<const SessionData>& session,
                                  const RecipeRequest& request, const QString& form,
                                  const QString& path) {
    m_exporting.submit(
        [write = m_backend.exportRecipe, session, request, form = form.toStdString(),
         path](const std::stop_token&) {
            write(*session, request, form, std::filesystem::path(path.toStdString()));
            return path;
        },
        this,
        [this](const QString& file) {
            spdlog::info("Wrote the recipe {}", file.toStdString());
            Q_EMIT recipeExported(file);
        });
}

} // namespace quantscope
