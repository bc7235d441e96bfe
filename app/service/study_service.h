#pragma once

#include "app/service/study_backend.h"

#include <QObject>
#include <QString>
#include <QStringList>
#include <QThread>

#include <deque>
#include <memory>
#include <stop_token>
#include <variant>

namespace quantscope {

class PausableReport;

/// Runs studies one after the other in a thread of their own. All functions and signals belong to
/// the thread of this object.
class StudyService : public QObject {
    Q_OBJECT

public:
    enum class State { Idle, Running, Paused, Stopping };
    Q_ENUM(State)

    explicit StudyService(StudyBackend backend, QObject* parent = nullptr);

    /// Stops the running study and waits until it has returned.
    ~StudyService() override;

    /// Runs the study now, or after those that wait.
    void start(const StudyPlan& plan);

    /// Goes on with an interrupted one: NAME.qscope.h5 or NAME.qscope.d.
    void resume(const QString& session);

    /// Stops the running study and forgets the waiting ones. What is finished stays on disk.
    void cancel();

    /// Holds the running study at its next report of progress, or lets it go on.
    void setPaused(bool paused);

    State state() const { return m_state; }
    bool isActive() const { return m_state != State::Idle; }
    std::size_t waiting() const { return m_queue.size(); }
    /// The session files of the studies that wait, in their order.
    QStringList waitingOutputs() const;
    /// Whether the study that runs or one that waits writes this session.
    bool writes(const QString& output) const;
    /// Takes a waiting study out of the queue.
    void forget(std::size_t waiting);

Q_SIGNALS:
    void stateChanged(quantscope::StudyService::State state);
    void queueChanged(int waiting);
    void started(const QString& output);
    void progressed(const quantscope::Progress& progress);
    /// Everything measured so far, after every finished block.
    void partReady(const std::shared_ptr<const quantscope::SessionData>& session);
    void finished(const QString& output);
    /// `kind` is an ErrorKind; Interrupted after cancel().
    void failed(const QString& message, int kind);

private:
    struct Resumption {
        QString session;
    };
    using Task = std::variant<StudyPlan, Resumption>;

    static QString outputOf(const Task& task);
    void enqueue(Task task);
    void launchNext();
    void setState(State state);
    void execute(const Task& task, PausableReport& report, const std::stop_token& stop);
    void conclude(const QString& output, const QString& message, int kind);

    StudyBackend m_backend;
    QThread m_thread;
    QObject m_worker; ///< lives in m_thread: what is posted to it runs there
    std::deque<Task> m_queue;
    std::shared_ptr<PausableReport> m_report;
    std::stop_source m_stop;
    State m_state = State::Idle;
    QString m_running; ///< session file of the study that runs
};

} // namespace quantscope

Q_DECLARE_METATYPE(quantscope::Progress)
Q_DECLARE_METATYPE(std::shared_ptr<const quantscope::SessionData>)
