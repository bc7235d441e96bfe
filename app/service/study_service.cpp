#include "app/service/study_service.h"

#include "app/service/failure.h"
#include "app/service/pausable_report.h"
#include "app/service/thread_niceness.h"

#include <QMetaObject>
#include <spdlog/spdlog.h>

#include <utility>

namespace quantscope {

StudyService::StudyService(StudyBackend backend, QObject* parent)
    : QObject(parent)
    , m_backend(std::move(backend)) {
    qRegisterMetaType<Progress>();
    qRegisterMetaType<std::shared_ptr<const SessionData>>();
    m_thread.setObjectName(QStringLiteral("study"));
    m_worker.moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        &m_worker, [] { makeThisThreadNice(studyNiceness); }, Qt::QueuedConnection);
}

StudyService::~StudyService() {
    m_queue.clear();
    m_stop.request_stop();
    m_thread.quit();
    m_thread.wait();
}

void StudyService::start(const StudyPlan& plan) { enqueue(plan); }

void StudyService::resume(const QString& session) { enqueue(Resumption{session}); }

void StudyService::cancel() {
    if (!m_queue.empty()) {
        m_queue.clear();
        Q_EMIT queueChanged(0);
    }
    if (m_state == State::Idle || m_state == State::Stopping)
        return;
    m_stop.request_stop();
    setState(State::Stopping);
}

void StudyService::setPaused(bool paused) {
    if (m_state != (paused ? State::Running : State::Paused))
        return;
    m_report->setPaused(paused);
    setState(paused ? State::Paused : State::Running);
}

QString StudyService::outputOf(const Task& task) {
    if (const auto* plan = std::get_if<StudyPlan>(&task))
        return QString::fromStdString(plan->output);
    return std::get<Resumption>(task).session;
}

QStringList StudyService::waitingOutputs() const {
    QStringList outputs;
    for (const Task& task : m_queue)
        outputs << outputOf(task);
    return outputs;
}

bool StudyService::writes(const QString& output) const {
    return (isActive() && output == m_running) || waitingOutputs().contains(output);
}

void StudyService::forget(std::size_t waiting) {
    if (waiting >= m_queue.size())
        return;
    m_queue.erase(m_queue.begin() + static_cast<std::ptrdiff_t>(waiting));
    Q_EMIT queueChanged(static_cast<int>(m_queue.size()));
}

void StudyService::enqueue(Task task) {
    m_queue.push_back(std::move(task));
    if (m_state == State::Idle)
        launchNext();
    else
        Q_EMIT queueChanged(static_cast<int>(m_queue.size()));
}

void StudyService::launchNext() {
    const Task task = std::move(m_queue.front());
    m_queue.pop_front();
    m_stop = std::stop_source();
    m_report = std::make_shared<PausableReport>(
        [this](const Progress& progress) {
            QMetaObject::invokeMethod(
                this, [this, progress] { Q_EMIT progressed(progress); }, Qt::QueuedConnection);
        },
        m_stop.get_token());
    setState(State::Running);
    Q_EMIT queueChanged(static_cast<int>(m_queue.size()));
    m_running = outputOf(task);
    Q_EMIT started(m_running);
    QMetaObject::invokeMethod(
        &m_worker,
        [this, task, report = m_report, stop = m_stop.get_token()] {
            execute(task, *report, stop);
        },
        Qt::QueuedConnection);
}

// Runs in the study thread. The destructor waits for it, so `this` outlives it.
void StudyService::execute(const Task& task, PausableReport& report, const std::stop_token& stop) {
    QString output;
    QString message;
    int kind = 0;
    const StudyFollower follower = [this](std::shared_ptr<const SessionData> session) {
        QMetaObject::invokeMethod(
            this, [this, session = std::move(session)] { Q_EMIT partReady(session); },
            Qt::QueuedConnection);
    };
    try {
        Job job([&report](const Progress& progress) { report(progress); }, stop);
        if (const auto* plan = std::get_if<StudyPlan>(&task)) {
            output = QString::fromStdString(plan->output);
            spdlog::info("Study of {} starts, output {}", plan->modelPath, plan->output);
            m_backend.run(*plan, job, follower);
        } else {
            output = std::get<Resumption>(task).session;
            spdlog::info("Study {} goes on", output.toStdString());
            m_backend.resume(std::filesystem::path(output.toStdString()), job, follower);
        }
        spdlog::info("Study finished: {}", output.toStdString());
    } catch (...) {
        const Failure failure = describeFailure(std::current_exception());
        message = failure.message;
        kind = static_cast<int>(failure.kind);
        if (failure.kind == ErrorKind::Interrupted)
            spdlog::info("Study stopped: {}", message.toStdString());
        else
            spdlog::error("Study failed: {}", message.toStdString());
    }
    QMetaObject::invokeMethod(
        this, [this, output, message, kind] { conclude(output, message, kind); },
        Qt::QueuedConnection);
}

void StudyService::conclude(const QString& output, const QString& message, int kind) {
    setState(State::Idle);
    if (kind == 0)
        Q_EMIT finished(output);
    else
        Q_EMIT failed(message, kind);
    if (!m_queue.empty() && m_state == State::Idle)
        launchNext();
}

void StudyService::setState(State state) {
    if (state == m_state)
        return;
    m_state = state;
    Q_EMIT stateChanged(state);
}

} // namespace quantscope
