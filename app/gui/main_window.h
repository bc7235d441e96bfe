#pragma once

#include "app/gui/session_pane.h"
#include "app/service/session_service.h"
#include "app/service/study_service.h"
#include "app/service/view_state.h"

#include <QMainWindow>

#include <memory>
#include <vector>

class QLabel;
class QSplitter;

namespace quantscope {

class Comparison;
class DetailsPanel;
class FrameCommands;
class Log;
class LogPanel;
class MainMenu;
class PagesPanel;
class PageViews;
class PlotWidget;
class RecipeStudies;
class Settings;
class StudyPanel;
class WindowDocks;

/// The window: makes the services, docks and panes and connects them. What they do is theirs.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// @param log  may be null
    MainWindow(const StudyBackend& backend, const PageFunctions& functions, Settings& settings,
               Log* log, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// A session, a model's folder or a text: whatever the path is.
    void openPath(const QString& path);
    /// Several paths at once: of two sessions the second stands beside the first.
    void openPaths(const QStringList& paths);
    /// Opens a session beside the one on view.
    void compareWith(const QString& path);
    void closeComparison();
    /// The demo study: into the form.
    void prepareDemo();
    /// Into the form and running.
    void runDemo();

    StudyPanel* studyPanel() const { return m_study; }
    PagesPanel* pagesPanel() const { return m_pane->pages(); }
    DetailsPanel* detailsPanel() const { return m_details; }
    StudyService& studies() { return m_studies; }
    PageValuesService& values() { return m_pane->values(); }
    FrameCommands& commands() { return *m_commands; }
    QuestionsService& questions() { return m_pane->questions(); }
    Selection& selection() { return m_pane->selection(); }
    const QString& sessionPath() const { return m_pane->path(); }
    /// The session that the one on view is compared with; null without any.
    SessionPane* secondPane() const;
    /// Whether anything is being opened or computed for what is on view.
    bool isBusy() const;
    /// How the session on view is looked at.
    ViewState viewState() const;
    void restoreView(const ViewState& state);

Q_SIGNALS:
    /// A session was opened or a study has finished, and stands in the pages.
    void sessionShown(const QString& path);
    /// The same of the session beside it.
    void secondSessionShown(const QString& path);
    /// A person has closed the window.
    void closed();
    /// A message box has said so.
    void failureShown(const QString& message);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void wireMenu();
    void wireServices();
    void wireDetails();
    void wirePane(SessionPane* pane);
    void wireRecipes();
    void wireComparison();
    void open(const QString& session);
    void showSession(const OpenedSession& session);
    void followPart(const std::shared_ptr<const SessionData>& session);
    void showFailure(const QString& title, const QString& message);
    void showTitle();
    void saveTo(const QString& path);
    void exportPlot(PlotWidget* plot, const QString& session);
    void exportSheet();

    Settings& m_settings;
    Log* m_log;
    StudyBackend m_backend;
    PageFunctions m_functions;
    StudyService m_studies;
    SessionService m_sessions;
    MainMenu* m_menu;
    QSplitter* m_panes;
    SessionPane* m_pane;
    StudyPanel* m_study;
    DetailsPanel* m_details;
    LogPanel* m_logPanel;
    FrameCommands* m_commands;
    PageViews* m_views;
    WindowDocks* m_docks;
    Comparison* m_comparison;
    RecipeStudies* m_recipes;
    QLabel* m_sessionLabel;
    QString m_runningPath;      ///< of the study that runs; its parts go on view
    bool m_followsPart = false; ///< the session on view is the one that grows
};

} // namespace quantscope
