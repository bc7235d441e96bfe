#pragma once

#include "app/service/study_service.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace quantscope {

class QueueList;

/// What a study will cost, its start and stop, and how far it is.
class RunPanel : public QWidget {
    Q_OBJECT

public:
    explicit RunPanel(QWidget* parent = nullptr);

    /// Why there is nothing to run yet.
    void showProblem(const QString& text);
    void showEstimating();
    void showEstimate(const StudyEstimate& estimate);
    /// The estimate failed: the plan cannot run as it is.
    void showFailure(const QString& text);

    void showState(StudyService::State state);
    void showProgress(const Progress& progress);
    void setResumable(bool resumable);
    /// The sessions of the studies that wait, in their order.
    void showQueue(const QStringList& sessions);

Q_SIGNALS:
    /// Now, or after the study that runs.
    void runRequested();
    /// A waiting study is not wanted any more.
    void forgetRequested(int waiting);
    void pauseRequested(bool pause);
    void cancelRequested();
    void resumeRequested();

private:
    void setEstimateText(const QString& text, const QString& details, bool bad);
    void enableButtons();

    QLabel* m_estimate;
    QProgressBar* m_bar;
    QLabel* m_stage;
    QueueList* m_queue;
    QPushButton* m_run;
    QPushButton* m_resume;
    QPushButton* m_pause;
    QPushButton* m_cancel;
    StudyService::State m_state = StudyService::State::Idle;
    bool m_canRun = false;
    bool m_resumable = false;
};

/// "1 h 5 min", "3 min 20 s", "45 s".
QString formatDuration(double seconds);

} // namespace quantscope
