#pragma once

#include "app/service/experiment_service.h"
#include "app/service/page_values_service.h"
#include "app/service/questions_service.h"
#include "app/service/session_service.h"
#include "app/service/study_service.h"
#include "app/service/view_state.h"
#include "views/models/selection.h"

#include <QMainWindow>

#include <memory>

class QDockWidget;
class QLabel;

namespace quantscope {

class DetailsPanel;
class FrameCommands;
class Log;
class LogPanel;
class MainMenu;
class PagesPanel;
class PageViews;
class PlotWidget;
class Settings;
class StudyPanel;

/// The window: makes the services, docks and pages and connects them. What they do is theirs.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// @param log  may be null
    MainWindow(const StudyBackend& backend, const PageFunctions& functions, Settings& settings,
               Log* log, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// A session, a model's folder or a text: whatever the path is.
    void openPath(const QString& path);
    /// The demo study: into the form.
    void prepareDemo();
    /// Into the form and running.
    void runDemo();

    StudyPanel* studyPanel() const { return m_study; }
    PagesPanel* pagesPanel() const { return m_pages; }
    DetailsPanel* detailsPanel() const { return m_details; }
    StudyService& studies() { return m_studies; }
    PageValuesService& values() { return m_values; }
    FrameCommands& commands() { return *m_commands; }
    QuestionsService& questions() { return m_questions; }
    Selection& selection() { return m_selection; }
    const QString& sessionPath() const { return m_sessionPath; }
    /// How the session on view is looked at.
    ViewState viewState() const;
    void restoreView(const ViewState& state);

Q_SIGNALS:
    /// A session was opened or a study has finished, and stands in the pages.
    void sessionShown(const QString& path);
    /// A person has closed the window.
    void closed();
    /// A message box has said so.
    void failureShown(const QString& message);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildDocks();
    void placeDocks();
    void wireMenu();
    void wireServices();
    void wireDetails();
    void wireExperiments();
    void wireRecipes();
    void beginSession(const SessionData& session);
    void showFirstPart(const OpenedSession& session);
    void showSession(const OpenedSession& session);
    void followPart(const std::shared_ptr<const SessionData>& session);
    void showFailure(const QString& title, const QString& message);
    void showTitle();
    void chooseSession();
    void chooseStudyFolder();
    void saveTo(const QString& path);
    void chooseSaveName();
    void exportPlot(PlotWidget* plot);
    void exportSheet();
    void showAbout();

    Settings& m_settings;
    Log* m_log;
    StudyBackend m_backend;
    Selection m_selection;
    StudyService m_studies;
    SessionService m_sessions;
    ExperimentService m_experiments;
    PageValuesService m_values;
    QuestionsService m_questions;
    MainMenu* m_menu;
    PagesPanel* m_pages;
    StudyPanel* m_study;
    DetailsPanel* m_details;
    LogPanel* m_logPanel;
    FrameCommands* m_commands;
    PageViews* m_views;
    QDockWidget* m_studyDock = nullptr;
    QDockWidget* m_detailsDock = nullptr;
    QDockWidget* m_logDock = nullptr;
    QLabel* m_sessionLabel;
    QString m_sessionPath;
    QString m_runningPath;      ///< of the study that runs; its parts go on view
    bool m_appliesRecipe = false; ///< the one being written becomes a method of the form
    bool m_followsPart = false; ///< the session on view is the one that grows
};

} // namespace quantscope
