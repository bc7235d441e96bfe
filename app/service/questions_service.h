#pragma once

#include "app/service/latest_request.h"
#include "app/service/study_backend.h"
#include "core/data/pages/examine.h"
#include "core/data/pages/patch_history.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <memory>
#include <vector>

namespace quantscope {

/// Asks questions about single examples of the session on view in a thread of its own: the model is
/// opened with the first one, or when one is to be expected, and stays open until there is another session. Patches are kept beside
/// the session as they come. All functions and signals belong to the GUI thread.
class QuestionsService : public QObject {
    Q_OBJECT

public:
    explicit QuestionsService(StudyBackend backend, QObject* parent = nullptr);
    ~QuestionsService() override;

    /// nullptr: none. Running questions are dropped; the history of the session's patches arrives
    /// by historyReady.
    void setSession(std::shared_ptr<const SessionData> session, const QString& path);

    /// A patch between these lanes may be asked for next: walks both over its example, so that the
    /// answer comes at once. What is wrong with them the patch will say.
    void prepare(const PatchRequest& request);
    void examine(const ExamineRequest& request);
    /// Patches one example after the other, and keeps all or, when stopped, none.
    void patch(const PatchRunRequest& request);
    /// Stops running patches.
    void stopPatching();
    void forgetRuns(const std::vector<std::int32_t>& runs);

    /// For the session's file.
    const std::vector<KeptPatch>& patches() const { return m_patches; }
    bool isBusy() const { return m_examine.isBusy() || m_patch.isBusy(); }

Q_SIGNALS:
    void examined(const std::shared_ptr<const quantscope::ExamineValues>& values);
    void examineFailed(const QString& message);
    void historyReady(const std::shared_ptr<const quantscope::PatchHistoryValues>& values);
    void patchFailed(const QString& message);
    void patchingChanged(bool running);

private:
    struct Models;

    /// Does something to the history in the thread of questions and shows what became of it.
    void changeHistory(
        std::function<std::vector<KeptPatch>(const SessionData&, const std::stop_token&)> change);

    StudyBackend m_backend;
    QThreadPool m_pool; ///< one thread: the model is used by one question at a time
    LatestRequest m_prepare;
    LatestRequest m_examine;
    LatestRequest m_patch;
    std::shared_ptr<Models> m_models;
    std::shared_ptr<const SessionData> m_session;
    QString m_path;
    std::vector<KeptPatch> m_patches;
};

} // namespace quantscope
