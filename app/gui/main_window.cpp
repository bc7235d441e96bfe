#include "app/gui/main_window.h"

#include "app/gui/about_dialog.h"
#include "app/gui/commands/frame_commands.h"
#include "app/gui/comparison.h"
#include "app/gui/dropped_path.h"
#include "app/gui/figures/export_all.h"
#include "app/gui/figures/export_dialog.h"
#include "app/gui/figures/sheet_dialog.h"
#include "app/gui/first_study/first_study.h"
#include "app/gui/help_window.h"
#include "app/gui/log_panel.h"
#include "app/gui/main_menu.h"
#include "app/gui/pages_panel.h"
#include "app/gui/recipe_studies.h"
#include "app/gui/session_dialogs.h"
#include "app/gui/study/study_panel.h"
#include "app/gui/window_docks.h"
#include "app/service/log.h"
#include "app/service/settings.h"
#include "core/analysis/patch_history.h"
#include "core/data/array_source.h"
#include "views/export/figure_set.h"
#include "views/history/page_views.h"
#include "views/history/view_history.h"
#include "views/pages/details_panel.h"
#include "views/pages/page.h"
#include "views/pages/training_page.h"
#include "views/plots/plot_widget.h"

#include <QAction>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QSplitter>
#include <QStatusBar>
#include <QUrl>

namespace quantscope {

namespace {

constexpr int messageMilliseconds = 8000;
QString fileName(const QString& path) { return QFileInfo(path).fileName(); }

} // namespace

MainWindow::MainWindow(const StudyBackend& backend, const PageFunctions& functions,
                       Settings& settings, Log* log, QWidget* parent)
    : QMainWindow(parent)
    , m_settings(settings)
    , m_log(log)
    , m_backend(backend)
    , m_functions(functions)
    , m_studies(backend)
    , m_sessions(backend)
    , m_menu(new MainMenu(*this, settings))
    , m_panes(new QSplitter)
    , m_pane(new SessionPane(backend, functions, SessionPane::Role::First))
    , m_study(new StudyPanel(backend, m_studies, settings))
    , m_details(new DetailsPanel)
    , m_logPanel(new LogPanel)
    , m_sessionLabel(new QLabel) {
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowTabbedDocks | AllowNestedDocks);
    m_panes->setChildrenCollapsible(false);
    m_panes->addWidget(m_pane);
    setCentralWidget(m_panes);
    pagesPanel()->showEmpty(tr("Open a session, run a study, or try the demo (menu Study)."));
    m_details->setSelection(&selection());
    statusBar()->addPermanentWidget(m_sessionLabel);
    m_docks = new WindowDocks(*this, {.study = m_study, .details = m_details, .log = m_logPanel},
                              *m_menu->viewMenu());
    m_menu->viewMenu()->addAction(m_menu->resetLayout);
    m_comparison = new Comparison(
        {.first = *m_pane, .panes = *m_panes, .docks = *m_docks, .settings = settings}, m_backend,
        m_functions, this);
    m_recipes = new RecipeStudies(
        {.backend = m_backend, .studies = m_studies, .sessions = m_sessions, .panel = *m_study},
        this);
    m_views = new PageViews(pagesPanel()->pages(), this);
    wireMenu();
    wireServices();
    wireDetails();
    wirePane(m_pane);
    wireComparison();
    wireRecipes();
    m_commands = new FrameCommands(*this, *m_menu, *pagesPanel(), selection(), settings);
    showTitle();
    if (!restoreGeometry(settings.windowGeometry()))
        resize(1280, 800);
    if (!restoreState(settings.windowState()))
        m_docks->place();
}

MainWindow::~MainWindow() {
    // Their answers must not arrive while the window is taken down.
    m_studies.disconnect(this);
    m_sessions.disconnect(this);
    m_pane->values().disconnect(this);
    delete m_recipes;
    delete m_comparison;
}

void MainWindow::wireMenu() {
    connect(m_menu, &MainMenu::recentChosen, this, &MainWindow::openPath);
    connect(m_menu, &MainMenu::languageChosen, this, [this] {
        statusBar()->showMessage(tr("The language changes at the next start."),
                                 messageMilliseconds);
    });
    connect(m_menu->openSession, &QAction::triggered, this,
            [this] { open(chooseSession(this, tr("Open a session"), sessionPath())); });
    connect(m_menu->openFolder, &QAction::triggered, this,
            [this] { open(chooseStudyFolder(this, sessionPath())); });
    connect(m_menu->compare, &QAction::triggered, this, [this] {
        if (const QString path = chooseSession(this, tr("Compare with"), sessionPath());
            !path.isEmpty())
            m_comparison->open(path);
    });
    connect(m_menu->closeComparison, &QAction::triggered, m_comparison, &Comparison::close);
    connect(m_menu->openModel, &QAction::triggered, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Choose a model folder"));
        if (!folder.isEmpty())
            m_study->setModel(folder);
    });
    connect(m_menu->save, &QAction::triggered, this, [this] { saveTo(sessionPath()); });
    connect(m_menu->saveAs, &QAction::triggered, this,
            [this] { saveTo(chooseSessionName(this, sessionPath())); });
    connect(m_menu->exportFigure, &QAction::triggered, this,
            [this] { exportPlot(pagesPanel()->currentPage()->currentPlot(), sessionPath()); });
    connect(m_menu->exportSheet, &QAction::triggered, this, &MainWindow::exportSheet);
    connect(m_menu->exportAll, &QAction::triggered, this,
            [this] { exportAllFigures(this, sessionPath()); });
    connect(m_menu->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_menu->run, &QAction::triggered, m_study, &StudyPanel::run);
    connect(m_menu->pause, &QAction::triggered, &m_studies, &StudyService::setPaused);
    connect(m_menu->cancel, &QAction::triggered, &m_studies, &StudyService::cancel);
    connect(m_menu->runDemo, &QAction::triggered, this, &MainWindow::runDemo);
    connect(m_menu->resetLayout, &QAction::triggered, m_docks, &WindowDocks::place);
    connect(m_menu->firstStudy, &QAction::triggered, this, [this] { showFirstStudy(*this); });
    connect(m_menu->about, &QAction::triggered, this, [this] { showAboutDialog(this); });
    connect(m_menu->pageHelp, &QAction::triggered, this, [this] {
        const Page* page = pagesPanel()->currentPage();
        showHelp(this, page->title(), page->helpText());
    });
    m_menu->showLogFolder->setEnabled(m_log && !m_log->file().isEmpty());
    connect(m_menu->showLogFolder, &QAction::triggered, this, [this] {
        QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_log->file()).absolutePath()));
    });
    const auto enableActions = [this] {
        const StudyService::State state = m_studies.state();
        m_menu->run->setEnabled(state != StudyService::State::Stopping); // queued while one runs
        m_menu->runDemo->setEnabled(state == StudyService::State::Idle);
        m_menu->pause->setEnabled(state == StudyService::State::Running ||
                                  state == StudyService::State::Paused);
        m_menu->pause->setChecked(state == StudyService::State::Paused);
        m_menu->cancel->setEnabled(m_studies.isActive() && state != StudyService::State::Stopping);
    };
    connect(&m_studies, &StudyService::stateChanged, this, enableActions);
    enableActions();
}

void MainWindow::wireServices() {
    connect(&m_sessions, &SessionService::opened, this, &MainWindow::showSession);
    connect(&m_sessions, &SessionService::failed, this, [this](const QString& message) {
        showFailure(tr("The session could not be opened or saved"), message);
    });
    connect(&m_sessions, &SessionService::saved, this, [this](const QString& path) {
        m_pane->setPath(path);
        m_settings.addRecent(Settings::Recent::Session, path);
        statusBar()->showMessage(tr("Saved %1").arg(path), messageMilliseconds);
        showTitle();
    });
    connect(&m_studies, &StudyService::started, this, [this](const QString& output) {
        m_runningPath = output;
        m_followsPart = false;
        statusBar()->showMessage(tr("The study runs; pages fill as layers finish."),
                                 messageMilliseconds);
    });
    connect(&m_studies, &StudyService::partReady, this, &MainWindow::followPart);
    connect(&m_studies, &StudyService::finished, this,
            [this](const QString& output) { m_sessions.open(output); });
    connect(&m_studies, &StudyService::failed, this, [this](const QString& message, int kind) {
        if (kind != static_cast<int>(ErrorKind::Interrupted)) {
            showFailure(tr("The study failed"), message);
            return;
        }
        statusBar()->showMessage(tr("The study was stopped."), messageMilliseconds);
        if (m_followsPart)
            m_sessions.open(m_runningPath); // shows that it can be resumed
    });
    if (m_log)
        connect(m_log, &Log::line, m_logPanel, &LogPanel::addLine);
}

/// What a pane asks of the window.
void MainWindow::wirePane(SessionPane* pane) {
    PagesPanel* pages = pane->pages();
    connect(pages, &PagesPanel::statusMessage, this,
            [this](const QString& text) { statusBar()->showMessage(text); });
    for (const Page* page : pages->pages())
        connect(page, &Page::exportRequested, this,
                [this, pane](PlotWidget* plot) { exportPlot(plot, pane->path()); });
    TrainingPage* training = pages->training();
    training->setMethods(m_backend.methods());
    connect(training, &TrainingPage::trainRequested, this,
            [this](const std::vector<MethodSpec>& methods) {
                m_docks->showStudy();
                m_study->runWith(methods);
            });
    connect(&m_studies, &StudyService::stateChanged, training,
            [this, training] { training->setStudyRunning(m_studies.isActive()); });
    training->setStudyRunning(m_studies.isActive());
    connect(pane, &SessionPane::experimentFailed, this, [this](const QString& message) {
        showFailure(tr("The experiment could not be made"), message);
    });
    m_recipes->wire(pane);
}

void MainWindow::wireRecipes() {
    connect(m_recipes, &RecipeStudies::failed, this, &MainWindow::showFailure);
    connect(m_recipes, &RecipeStudies::studyBegins, m_docks, &WindowDocks::showStudy);
    connect(m_recipes, &RecipeStudies::saved, this, [this](const QString& file) {
        statusBar()->showMessage(tr("Saved %1").arg(file), messageMilliseconds);
    });
}

void MainWindow::wireComparison() {
    connect(m_comparison, &Comparison::paneMade, this, &MainWindow::wirePane);
    connect(m_comparison, &Comparison::failed, this, &MainWindow::showFailure);
    connect(m_comparison, &Comparison::statusMessage, this,
            [this](const QString& text, int milliseconds) {
                statusBar()->showMessage(text, milliseconds);
            });
    connect(m_comparison, &Comparison::closed, this, &MainWindow::showTitle);
    connect(m_comparison, &Comparison::shown, this, [this](const QString& path) {
        showTitle();
        Q_EMIT secondSessionShown(path);
    });
}

SessionPane* MainWindow::secondPane() const { return m_comparison->second(); }

void MainWindow::compareWith(const QString& path) { m_comparison->open(path); }

void MainWindow::closeComparison() { m_comparison->close(); }

bool MainWindow::isBusy() const {
    return m_sessions.isBusy() || m_pane->isBusy() || m_comparison->isBusy();
}

void MainWindow::wireDetails() {
    const auto request = [this] {
        const auto example = selection().primary();
        if (!example || !m_pane->session()) {
            m_details->setValues(nullptr);
            return;
        }
        m_details->showLoading();
        values().requestDetail(*example, QString::fromStdString(m_details->lane()));
    };
    connect(&selection(), &Selection::primaryChanged, this, request);
    connect(this, &MainWindow::sessionShown, this, request);
    connect(m_details, &DetailsPanel::requestChanged, this, request);
    connect(m_details, &DetailsPanel::statusMessage, this,
            [this](const QString& text) { statusBar()->showMessage(text); });
    connect(&values(), &PageValuesService::detailReady, m_details, &DetailsPanel::setValues);
    connect(&values(), &PageValuesService::detailFailed, m_details, &DetailsPanel::showFailed);
}

void MainWindow::openPaths(const QStringList& paths) {
    QStringList sessions;
    for (const QString& path : paths) {
        if (roleOfPath(path) == PathRole::Session)
            sessions << path;
        else
            openPath(path);
    }
    if (sessions.size() > 2) {
        showFailure(tr("Too many sessions"),
                    tr("%1 sessions were named; the window shows one, or two beside each other. "
                       "Name two of them.")
                        .arg(sessions.size()));
        return;
    }
    if (!sessions.isEmpty())
        openPath(sessions.first());
    if (sessions.size() == 2)
        compareWith(sessions.last());
}

void MainWindow::openPath(const QString& path) {
    switch (roleOfPath(path)) {
    case PathRole::Session:
        open(path);
        break;
    case PathRole::Model:
        m_study->setModel(modelPath(path));
        m_docks->showStudy();
        break;
    case PathRole::Text:
        m_study->setText(path);
        m_docks->showStudy();
        break;
    case PathRole::Unknown:
        showFailure(tr("This cannot be opened"),
                    tr("%1 is neither a session (NAME.qscope.h5), nor a model's folder with a "
                       "config.json, nor a text.")
                        .arg(path));
        break;
    }
}

void MainWindow::open(const QString& session) {
    if (session.isEmpty())
        return;
    statusBar()->showMessage(tr("Opening %1…").arg(session));
    m_sessions.open(session);
}

void MainWindow::runDemo() {
    prepareDemo();
    m_study->run();
}

void MainWindow::prepareDemo() {
    try {
        StudyPlan plan = m_backend.demoPlan();
        plan.output.clear(); // into the person's own folder, not beside the installed demo
        m_study->setPlan(plan);
        m_docks->showStudy();
    } catch (const Error& error) {
        showFailure(tr("There is no demo"), QString::fromUtf8(error.what()));
    }
}

void MainWindow::showSession(const OpenedSession& session) {
    // The study that ran under the eyes of a person keeps selection and questions.
    const bool sameAsGrown = m_followsPart && session.path == m_runningPath;
    m_followsPart = false;
    m_comparison->unlink();
    if (sameAsGrown) {
        m_pane->complete(session);
    } else {
        m_pane->open(session);
        restoreView(readViewState(*session.data));
        m_commands->history().forget();
    }
    m_study->setResumable(session.resumable ? session.path : QString());
    m_settings.addRecent(Settings::Recent::Session, session.path);
    statusBar()->clearMessage();
    showTitle();
    Q_EMIT sessionShown(session.path);
}

ViewState MainWindow::viewState() const {
    return {m_pane->selection().values(), pagesPanel()->currentIndex(), m_views->capture()};
}

void MainWindow::restoreView(const ViewState& state) {
    selection().restore(state.selection);
    m_views->restore(state.views);
    if (state.page && *state.page >= 0 && *state.page < pagesPanel()->count())
        pagesPanel()->setCurrentIndex(*state.page);
}

void MainWindow::followPart(const std::shared_ptr<const SessionData>& session) {
    if (m_followsPart) {
        m_pane->grow(session);
        return;
    }
    m_followsPart = true;
    m_comparison->unlink();
    m_pane->beginGrowing(session, m_runningPath);
    m_commands->history().forget();
    m_study->setResumable({});
    showTitle();
}

void MainWindow::showFailure(const QString& title, const QString& message) {
    auto* box = new QMessageBox(QMessageBox::Warning, title, message, QMessageBox::Ok, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextInteractionFlags(Qt::TextSelectableByMouse);
    box->open();
    Q_EMIT failureShown(message);
}

void MainWindow::showTitle() {
    const bool has = m_pane->session() != nullptr;
    m_menu->save->setEnabled(has && !m_followsPart && sessionPath().endsWith(".h5"));
    m_menu->saveAs->setEnabled(has);
    m_menu->exportFigure->setEnabled(has);
    m_menu->exportSheet->setEnabled(has);
    m_menu->exportAll->setEnabled(has && !m_followsPart); // reads the file
    m_menu->compare->setEnabled(has);
    m_menu->closeComparison->setEnabled(secondPane() != nullptr);
    QString name = fileName(sessionPath());
    if (const SessionPane* second = secondPane())
        name = tr("%1 and %2").arg(name, fileName(second->path()));
    m_comparison->followFirst();
    m_sessionLabel->setText(name);
    m_sessionLabel->setToolTip(sessionPath());
    setWindowTitle(has ? tr("%1 – QuantScope").arg(name) : QStringLiteral("QuantScope"));
}

void MainWindow::saveTo(const QString& path) {
    if (!m_pane->session() || path.isEmpty())
        return;
    const std::shared_ptr<SessionData> session = copySession(*m_pane->session());
    writeViewState(*session, viewState());
    replaceLaterPatches(*session, m_pane->questions().patches());
    statusBar()->showMessage(tr("Saving %1…").arg(path));
    m_sessions.save(path, session);
}

void MainWindow::exportPlot(PlotWidget* plot, const QString& session) {
    if (!plot || plot->isEmpty()) {
        statusBar()->showMessage(tr("This page has no figure to export."), messageMilliseconds);
        return;
    }
    auto* dialog = new ExportDialog(*plot,
                                    QFileInfo(session).baseName() + QLatin1Char('-') +
                                        fileNamePart(plot->caption().title),
                                    this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::exportSheet() {
    std::vector<PageFigures> figures;
    for (const Page* page : pagesPanel()->pages())
        figures.push_back({page->title(), page->plots()});
    auto* dialog =
        new SheetDialog(figures, pagesPanel()->currentPage()->currentPlot(),
                        QFileInfo(sessionPath()).baseName() + QStringLiteral("-sheet"), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_studies.isActive() &&
        QMessageBox::question(this, tr("A study is running"),
                              tr("Stop the study and quit? What is finished stays, and the study "
                                 "can be resumed.")) != QMessageBox::Yes) {
        event->ignore();
        return;
    }
    m_studies.cancel();
    closeComparison(); // so that the layout that is kept is that of one session
    m_settings.setWindow(saveGeometry(), saveState());
    Q_EMIT closed();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!localPaths(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QStringList paths = localPaths(event->mimeData());
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    openPaths(paths);
}

} // namespace quantscope
