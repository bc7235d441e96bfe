#include "app/service/questions_service.h"

#include "core/analysis/pages.h"
#include "core/analysis/patch_history.h"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <utility>

namespace quantscope {

namespace {

ExamineValues examineValues(const SessionData& session, const ExamineRequest& request,
                            std::vector<LayerGuesses> guesses) {
    ExamineValues values{request, {}, {}, std::move(guesses)};
    const std::vector<TokenDetail> tokens = exampleDetail(session, request.example, {}).tokens;
    const auto position = static_cast<std::size_t>(request.position);
    if (position < tokens.size())
        values.piece = tokens[position].piece;
    if (position + 1 < tokens.size())
        values.next = tokens[position + 1].piece;
    return values;
}

} // namespace

/// The models of one session, opened when they are first asked for, in the thread of questions.
struct QuestionsService::Models {
    std::shared_ptr<const SessionData> session;
    std::filesystem::path file;
    std::function<SessionQuestions(const std::shared_ptr<const SessionData>&,
                                   const std::filesystem::path&)>
        open;
    std::optional<SessionQuestions> opened;

    const SessionQuestions& get() {
        if (!opened)
            opened = open(session, file);
        return *opened;
    }
};

QuestionsService::QuestionsService(StudyBackend backend, QObject* parent)
    : QObject(parent)
    , m_backend(std::move(backend))
    , m_prepare(&m_pool)
    , m_examine(&m_pool)
    , m_patch(&m_pool) {
    m_pool.setMaxThreadCount(1);
    connect(&m_examine, &LatestRequest::failed, this, [this](const QString& message, int) {
        spdlog::warn("Layers could not be examined: {}", message.toStdString());
        Q_EMIT examineFailed(message);
    });
    connect(&m_patch, &LatestRequest::failed, this, [this](const QString& message, int) {
        spdlog::warn("A patch could not be run: {}", message.toStdString());
        Q_EMIT patchFailed(message);
    });
    connect(&m_patch, &LatestRequest::busyChanged, this, &QuestionsService::patchingChanged);
}

QuestionsService::~QuestionsService() {
    m_prepare.drop();
    m_examine.drop();
    m_patch.drop();
    m_pool.waitForDone();
}

void QuestionsService::setSession(std::shared_ptr<const SessionData> session, const QString& path) {
    m_prepare.drop();
    m_examine.drop();
    m_patch.drop();
    m_session = std::move(session);
    m_path = path;
    m_patches.clear();
    m_models.reset();
    if (!m_session)
        return;
    m_models = std::make_shared<Models>();
    m_models->session = m_session;
    m_models->file = path.toStdString();
    m_models->open = m_backend.openQuestions;
    changeHistory(
        [](const SessionData& data, const std::stop_token&) { return keptPatches(data); });
}

void QuestionsService::prepare(const PatchRequest& request) {
    if (!m_session)
        return;
    m_prepare.submit(
        [models = m_models, request](const std::stop_token& stop) {
            Job job({}, stop);
            models->get().prepare(request, job);
            return true;
        },
        this, [](bool) {});
}

void QuestionsService::examine(const ExamineRequest& request) {
    if (!m_session)
        return;
    m_examine.submit(
        [models = m_models, request](const std::stop_token& stop) {
            Job job({}, stop);
            return std::make_shared<const ExamineValues>(
                examineValues(*models->session, request, models->get().examine(request, job)));
        },
        this,
        [this](const std::shared_ptr<const ExamineValues>& values) { Q_EMIT examined(values); });
}

void QuestionsService::patch(const PatchRunRequest& request) {
    if (!m_session)
        return;
    spdlog::info("Patching {} examples", request.examples.size());
    changeHistory([models = m_models, request, keep = m_backend.keepPatches](
                      const SessionData& session, const std::stop_token& stop) {
        Job job({}, stop);
        std::vector<KeptPatch> added;
        PatchRequest one = request.patch;
        for (const std::size_t example : request.examples) {
            one.example = example;
            PatchAnswer answer = models->get().patch(one, job);
            added.push_back({0, {}, one, std::move(answer.before), std::move(answer.after)});
        }
        return keep(session, models->file, std::move(added));
    });
}

void QuestionsService::stopPatching() { m_patch.drop(); }

void QuestionsService::forgetRuns(const std::vector<std::int32_t>& runs) {
    if (!m_session)
        return;
    changeHistory([models = m_models, runs, forget = m_backend.forgetPatches](
                      const SessionData& session, const std::stop_token&) {
        return forget(session, models->file, runs);
    });
}

void QuestionsService::changeHistory(
    std::function<std::vector<KeptPatch>(const SessionData&, const std::stop_token&)> change) {
    struct Changed {
        std::vector<KeptPatch> patches;
        std::shared_ptr<const PatchHistoryValues> values;
    };
    m_patch.submit(
        [change = std::move(change), session = m_session](const std::stop_token& stop) {
            Changed changed{change(*session, stop), nullptr};
            changed.values = std::make_shared<const PatchHistoryValues>(
                patchHistoryValues(*session, changed.patches));
            return changed;
        },
        this,
        [this](Changed changed) {
            m_patches = std::move(changed.patches);
            Q_EMIT historyReady(changed.values);
        });
}

} // namespace quantscope
