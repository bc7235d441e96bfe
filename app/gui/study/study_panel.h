#pragma once

#include "app/service/latest_request.h"
#include "app/service/study_service.h"
#include "core/data/study_plan.h"

#include <QTimer>
#include <QWidget>

namespace quantscope {

class RunPanel;
class Settings;
class StudyForm;

/// The study dock's content: the form in a scroll area and the run panel below it. Cards, preview
/// and estimate are computed off the GUI thread while a person edits.
class StudyPanel : public QWidget {
    Q_OBJECT

public:
    StudyPanel(const StudyBackend& backend, StudyService& studies, Settings& settings,
               QWidget* parent = nullptr);
    ~StudyPanel() override;

    StudyForm* form() const { return m_form; }
    RunPanel* runPanel() const { return m_run; }

    void setModel(const QString& folder);
    void setText(const QString& file);
    void setPlan(const StudyPlan& plan);
    /// The session that Resume goes on with; empty: none.
    void setResumable(const QString& session);

    /// Starts what the form says, if it can run.
    void run();
    /// The same with these methods in place of the form's, and the instrument that says what error
    /// every layer makes by itself.
    void runWith(const std::vector<MethodSpec>& methods);

private:
    void restorePlan();
    void showRecent();
    void requestModel();
    void requestPreview();
    void requestEstimate();

    StudyBackend m_backend;
    StudyService& m_studies;
    Settings& m_settings;
    StudyForm* m_form;
    RunPanel* m_run;
    QString m_resumable;
    QTimer m_previewDelay;
    QTimer m_estimateDelay;
    LatestRequest m_modelRequest;
    LatestRequest m_previewRequest;
    LatestRequest m_estimateRequest;
};

} // namespace quantscope
