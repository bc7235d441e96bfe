#pragma once

#include "app/service/latest_request.h"
#include "app/service/study_backend.h"

#include <QObject>
#include <QString>

#include <memory>

namespace quantscope {

/// A session as the window holds it.
struct OpenedSession {
    QString path;
    std::shared_ptr<const SessionData> data;
    bool resumable = false; ///< its folder has unfinished work
};

/// Opens and saves sessions off the GUI thread. The newest request to open wins.
class SessionService : public QObject {
    Q_OBJECT

public:
    explicit SessionService(StudyBackend backend, QObject* parent = nullptr);

    /// A file NAME.qscope.h5 or a folder NAME.qscope.d.
    void open(const QString& path);
    void save(const QString& path, const std::shared_ptr<const SessionData>& data);
    /// A recipe of a session as a file. @param form  "json", "gptqmodel", …
    void exportRecipe(const std::shared_ptr<const SessionData>& session,
                      const RecipeRequest& request, const QString& form, const QString& path);
    bool isBusy() const { return m_opening.isBusy() || m_saving.isBusy() || m_exporting.isBusy(); }

Q_SIGNALS:
    void opened(const quantscope::OpenedSession& session);
    void saved(const QString& path);
    void recipeExported(const QString& path);
    void failed(const QString& message, int kind);
    void busyChanged(bool busy);

private:
    StudyBackend m_backend;
    LatestRequest m_opening;
    LatestRequest m_saving;
    LatestRequest m_exporting;
};

} // namespace quantscope

Q_DECLARE_METATYPE(quantscope::OpenedSession)
