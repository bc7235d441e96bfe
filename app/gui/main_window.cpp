#include "app/gui/main_window.h"

#include "app/gui/about_dialog.h"
#include "app/gui/commands/frame_commands.h"
#include "app/gui/dropped_path.h"
#include "app/gui/figures/export_all.h"
#include "app/gui/figures/export_dialog.h"
#include "app/gui/figures/sheet_dialog.h"
#include "app/gui/first_study/first_study.h"
#include "app/gui/help_window.h"
#include "app/gui/log_panel.h"
#include "app/gui/main_menu.h"
#include "app/gui/pages_panel.h"
#include "app/gui/study/methods_section.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/study_panel.h"
#include "app/service/log.h"
#include "app/service/settings.h"
#include "core/analysis/patch_history.h"
#include "core/data/session_schema.h"
#include "views/export/figure_set.h"
#include "views/history/page_views.h"
#include "views/history/view_history.h"
#include "views/pages/allocate_page.h"
#include "views/pages/details_panel.h"
#include "views/pages/page.h"
#include "views/pages/report_page.h"
#include "views/pages/training_page.h"
#include "views/plots/plot_widget.h"

#include <QAction>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QStatusBar>
#include <QUrl>

namespace quantscope {

namespace {

constexpr int studyWidth = 300;
constexpr int detailsWidth = 240;
constexpr int logHeight = 130;
constexpr int messageMilliseconds = 8000;
const QString sessionFilter = QStringLiteral("(*.qscope.h5 *.h5)");

/// What the session says of its model's family, as one text.
QString familyNotes(const SessionData& session) {
    const auto notes = session.attributes.find(attribute::familyNotes);
    return notes == session.attributes.end()
               ? QString()
               : QString::fromStdString(notes->second).replace('\n', ' ');
}

} // namespace

MainWindow::MainWindow(const StudyBackend& backend, const PageFunctions& functions,
                       Settings& settings, Log* log, QWidget* parent)
    : QMainWindow(parent)
    , m_settings(settings)
    , m_log(log)
    , m_backend(backend)
    , m_studies(backend)
    , m_sessions(backend)
    , m_experiments(backend)
    , m_values(functions)
    , m_questions(backend)
    , m_menu(new MainMenu(*this, settings))
    , m_pages(new PagesPanel(m_values, m_questions, m_selection))
    , m_study(new StudyPanel(backend, m_studies, settings))
    , m_details(new DetailsPanel)
    , m_logPanel(new LogPanel)
    , m_sessionLabel(new QLabel) {
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowTabbedDocks | AllowNestedDocks);
    setCentralWidget(m_pages);
    m_pages->showEmpty(tr("Open a session, run a study, or try the demo (menu Study)."));
    m_details->setSelection(&m_selection);
    statusBar()->addPermanentWidget(m_sessionLabel);
    buildDocks();
    m_views = new PageViews(m_pages->pages(), this);
    wireMenu();
    wireServices();
    wireDetails();
    wireExperiments();
    m_commands = new FrameCommands(*this, *m_menu, *m_pages, m_selection, settings);
    showTitle();
    if (!restoreGeometry(settings.windowGeometry()))
        resize(1280, 800);
    if (!restoreState(settings.windowState()))
        placeDocks();
}

MainWindow::~MainWindow() {
    // Their answers must not arrive while the window is taken down.
    m_studies.disconnect(this);
    m_sessions.disconnect(this);
    m_questions.setSession(nullptr, {});
    m_experiments.disconnect(this);
    m_values.setSession(nullptr);
}

void MainWindow::buildDocks() {
    const auto makeDock = [this](const QString& title, const char* name, QWidget* content) {
        auto* dock = new QDockWidget(title, this);
        dock->setObjectName(QString::fromLatin1(name)); // names the dock in the saved layout
        dock->setWidget(content);
        return dock;
    };
    m_studyDock = makeDock(tr("Study"), "study", m_study);
    m_detailsDock = makeDock(tr("Details"), "details", m_details);
    m_logDock = makeDock(tr("Log"), "log", m_logPanel);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    QMenu* view = m_menu->viewMenu();
    for (QDockWidget* dock : {m_studyDock, m_detailsDock, m_logDock}) {
        QAction* toggle = dock->toggleViewAction();
        toggle->setObjectName(QStringLiteral("view-dock-") + dock->objectName());
        view->addAction(toggle);
    }
    view->addAction(m_menu->resetLayout);
    placeDocks();
}

void MainWindow::placeDocks() {
    addDockWidget(Qt::LeftDockWidgetArea, m_studyDock);
    addDockWidget(Qt::RightDockWidgetArea, m_detailsDock);
    addDockWidget(Qt::BottomDockWidgetArea, m_logDock);
    for (QDockWidget* dock : {m_studyDock, m_detailsDock, m_logDock})
        dock->setFloating(false);
    m_studyDock->show();
    m_detailsDock->show();
    m_logDock->hide();
    resizeDocks({m_studyDock, m_detailsDock}, {studyWidth, detailsWidth}, Qt::Horizontal);
    resizeDocks({m_logDock}, {logHeight}, Qt::Vertical);
}

void MainWindow::wireMenu() {
    connect(m_menu, &MainMenu::recentChosen, this, &MainWindow::openPath);
    connect(m_menu, &MainMenu::languageChosen, this, [this] {
        statusBar()->showMessage(tr("The language changes at the next start."),
                                 messageMilliseconds);
    });
    connect(m_menu->openSession, &QAction::triggered, this, &MainWindow::chooseSession);
    connect(m_menu->openFolder, &QAction::triggered, this, &MainWindow::chooseStudyFolder);
    connect(m_menu->openModel, &QAction::triggered, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Choose a model folder"));
        if (!folder.isEmpty())
            m_study->setModel(folder);
    });
    connect(m_menu->save, &QAction::triggered, this, [this] { saveTo(m_sessionPath); });
    connect(m_menu->saveAs, &QAction::triggered, this, &MainWindow::chooseSaveName);
    connect(m_menu->exportFigure, &QAction::triggered, this,
            [this] { exportPlot(m_pages->currentPage()->currentPlot()); });
    connect(m_menu->exportSheet, &QAction::triggered, this, &MainWindow::exportSheet);
    connect(m_menu->exportAll, &QAction::triggered, this,
            [this] { exportAllFigures(this, m_sessionPath); });
    for (const Page* page : m_pages->pages())
        connect(page, &Page::exportRequested, this, &MainWindow::exportPlot);
    connect(m_menu->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_menu->run, &QAction::triggered, m_study, &StudyPanel::run);
    connect(m_menu->pause, &QAction::triggered, &m_studies, &StudyService::setPaused);
    connect(m_menu->cancel, &QAction::triggered, &m_studies, &StudyService::cancel);
    connect(m_menu->runDemo, &QAction::triggered, this, &MainWindow::runDemo);
    connect(m_menu->resetLayout, &QAction::triggered, this, &MainWindow::placeDocks);
    connect(m_menu->firstStudy, &QAction::triggered, this, [this] { showFirstStudy(*this); });
    connect(m_menu->about, &QAction::triggered, this, &MainWindow::showAbout);
    connect(m_menu->pageHelp, &QAction::triggered, this, [this] {
        const Page* page = m_pages->currentPage();
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
    connect(m_pages, &PagesPanel::statusMessage, this,
            [this](const QString& text) { statusBar()->showMessage(text); });
    connect(&m_sessions, &SessionService::firstOpened, this, &MainWindow::showFirstPart);
    connect(&m_sessions, &SessionService::opened, this, &MainWindow::showSession);
    connect(&m_sessions, &SessionService::failed, this, [this](const QString& message) {
        showFailure(tr("The session could not be opened or saved"), message);
    });
    wireRecipes();
    connect(&m_sessions, &SessionService::saved, this, [this](const QString& path) {
        m_sessionPath = path;
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
    TrainingPage* training = m_pages->training();
    training->setMethods(m_backend.methods());
    connect(training, &TrainingPage::trainRequested, this,
            [this](const std::vector<MethodSpec>& methods) {
                m_studyDock->show();
                m_study->runWith(methods);
            });
    connect(&m_studies, &StudyService::stateChanged, this,
            [this, training] { training->setStudyRunning(m_studies.isActive()); });
    if (m_log)
        connect(m_log, &Log::line, m_logPanel, &LogPanel::addLine);
}

/// Recipes of the page Allocate: into files, and from there into the form as a method.
void MainWindow::wireRecipes() {
    connect(m_pages->allocatePage(), &AllocatePage::recipeRequested, this,
            [this](const RecipeRequest& request, const QString& form, bool apply) {
                const QString file = QFileDialog::getSaveFileName(
                    this, tr("Save the recipe"), form + QStringLiteral("-recipe.json"));
                if (file.isEmpty() || !m_values.session())
                    return;
                m_appliesRecipe = apply;
                m_sessions.exportRecipe(m_values.session(), request, form, file);
            });
    connect(&m_sessions, &SessionService::recipeExported, this, [this](const QString& file) {
        statusBar()->showMessage(tr("Saved %1").arg(file), messageMilliseconds);
        if (!m_appliesRecipe)
            return;
        MethodsSection* methods = m_study->form()->methods();
        std::vector<MethodSpec> specs = methods->specs();
        specs.push_back({"mixed",
                         {{"recipe", file.toStdString()}},
                         QFileInfo(file).completeBaseName().toStdString()});
        methods->setSpecs(std::move(specs));
        m_studyDock->show();
    });
}

void MainWindow::wireDetails() {
    const auto request = [this] {
        const auto example = m_selection.primary();
        if (!example || !m_values.session()) {
            m_details->setValues(nullptr);
            return;
        }
        m_details->showLoading();
        m_values.requestDetail(*example, QString::fromStdString(m_details->lane()));
    };
    connect(&m_selection, &Selection::primaryChanged, this, request);
    connect(this, &MainWindow::sessionShown, this, request);
    connect(m_details, &DetailsPanel::requestChanged, this, request);
    connect(m_details, &DetailsPanel::statusMessage, this,
            [this](const QString& text) { statusBar()->showMessage(text); });
    connect(&m_values, &PageValuesService::detailReady, m_details, &DetailsPanel::setValues);
    connect(&m_values, &PageValuesService::detailFailed, m_details, &DetailsPanel::showFailed);
}

void MainWindow::wireExperiments() {
    ReportPage* page = m_pages->report(ReportKind::Activations);
    connect(page, &ReportPage::experimentRequested, this, [this, page] {
        if (m_values.session())
            m_experiments.trySuperWeight(m_values.session(), m_sessionPath,
                                         QString::fromStdString(page->lane()));
    });
    connect(&m_experiments, &ExperimentService::busyChanged, page,
            &ReportPage::setExperimentRunning);
    connect(&m_experiments, &ExperimentService::superWeightReady, page, &ReportPage::setExperiment);
    connect(&m_experiments, &ExperimentService::failed, this, [this](const QString& message) {
        showFailure(tr("The experiment could not be made"), message);
    });
}

void MainWindow::openPath(const QString& path) {
    switch (roleOfPath(path)) {
    case PathRole::Session:
        statusBar()->showMessage(tr("Opening %1…").arg(path));
        m_sessions.open(path);
        break;
    case PathRole::Model:
        m_study->setModel(modelPath(path));
        m_studyDock->show();
        break;
    case PathRole::Text:
        m_study->setText(path);
        m_studyDock->show();
        break;
    case PathRole::Unknown:
        showFailure(tr("This cannot be opened"),
                    tr("%1 is neither a session (NAME.qscope.h5), nor a model's folder with a "
                       "config.json, nor a text.")
                        .arg(path));
        break;
    }
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
        m_studyDock->show();
    } catch (const Error& error) {
        showFailure(tr("There is no demo"), QString::fromUtf8(error.what()));
    }
}

void MainWindow::beginSession(const SessionData& session) {
    m_selection.restore({});
    m_experiments.drop();
    m_pages->report(ReportKind::Activations)->setExperiment(nullptr);
    m_pages->beginSession(session.names("lane"));
    m_pages->setNotes(familyNotes(session));
}

void MainWindow::showFirstPart(const OpenedSession& session) {
    if (m_followsPart && session.path == m_runningPath)
        return; // more than this is on view already
    m_followsPart = false;
    m_sessionPath = session.path;
    beginSession(*session.data);
    m_questions.setSession(nullptr, {});
    m_study->setResumable({});
    m_values.setFirstPart(session.data);
    restoreView(readViewState(*session.data));
    m_commands->history().forget();
    statusBar()->showMessage(tr("Reading the rest of %1…").arg(session.path));
    showTitle();
}

void MainWindow::showSession(const OpenedSession& session) {
    // The study that ran under the eyes of a person keeps selection and questions, and so does a
    // session whose first part is on view.
    const bool sameAsGrown = (m_followsPart && session.path == m_runningPath) ||
                             (m_values.isFirstPart() && session.path == m_sessionPath);
    m_followsPart = false;
    m_sessionPath = session.path;
    const auto lanes = session.data->names("lane");
    if (sameAsGrown) {
        m_pages->setLanes(lanes);
        m_values.growSession(session.data);
    } else {
        beginSession(*session.data);
        m_values.setSession(session.data);
        restoreView(readViewState(*session.data));
        m_commands->history().forget();
    }
    m_questions.setSession(session.data, session.path);
    m_pages->setNotes(familyNotes(*session.data));
    m_study->setResumable(session.resumable ? session.path : QString());
    m_settings.addRecent(Settings::Recent::Session, session.path);
    statusBar()->clearMessage();
    showTitle();
    Q_EMIT sessionShown(session.path);
}

ViewState MainWindow::viewState() const {
    return {m_selection.values(), m_pages->currentIndex(), m_views->capture()};
}

void MainWindow::restoreView(const ViewState& state) {
    m_selection.restore(state.selection);
    m_views->restore(state.views);
    if (state.page && *state.page >= 0 && *state.page < m_pages->count())
        m_pages->setCurrentIndex(*state.page);
}

void MainWindow::followPart(const std::shared_ptr<const SessionData>& session) {
    const auto lanes = session->names("lane");
    if (m_followsPart) {
        m_pages->setLanes(lanes);
        m_values.growSession(session);
        return;
    }
    m_followsPart = true;
    m_sessionPath = m_runningPath;
    m_selection.restore({});
    m_pages->beginSession(lanes);
    m_pages->setNotes(familyNotes(*session));
    m_values.setSession(session);
    m_commands->history().forget();
    m_questions.setSession(nullptr, {}); // its codes are still being made
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
    const bool has = m_values.session() != nullptr;
    const bool whole = has && !m_values.isFirstPart(); // else saving would lose the rest
    m_menu->save->setEnabled(whole && !m_followsPart && m_sessionPath.endsWith(".h5"));
    m_menu->saveAs->setEnabled(whole);
    m_menu->exportFigure->setEnabled(has);
    m_menu->exportSheet->setEnabled(has);
    m_menu->exportAll->setEnabled(has && !m_followsPart); // reads the file
    const QString name = QFileInfo(m_sessionPath).fileName();
    m_sessionLabel->setText(name);
    m_sessionLabel->setToolTip(m_sessionPath);
    setWindowTitle(has ? tr("%1 – QuantScope").arg(name) : QStringLiteral("QuantScope"));
}

void MainWindow::chooseSession() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a session"), QFileInfo(m_sessionPath).path(),
                                     tr("Sessions %1;;All files (*)").arg(sessionFilter));
    if (!path.isEmpty())
        m_sessions.open(path);
}

void MainWindow::chooseStudyFolder() {
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a study's folder"),
                                                           QFileInfo(m_sessionPath).path());
    if (!path.isEmpty())
        m_sessions.open(path);
}

void MainWindow::saveTo(const QString& path) {
    if (!m_values.session() || m_values.isFirstPart() || path.isEmpty())
        return;
    auto session = std::make_shared<SessionData>(*m_values.session());
    writeViewState(*session, viewState());
    replaceLaterPatches(*session, m_questions.patches());
    statusBar()->showMessage(tr("Saving %1…").arg(path));
    m_sessions.save(path, session);
}

void MainWindow::chooseSaveName() {
    QString path = QFileDialog::getSaveFileName(this, tr("Save the session as"), m_sessionPath,
                                                tr("Sessions %1").arg("(*.qscope.h5)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(QStringLiteral(".h5")))
        path += QStringLiteral(".qscope.h5");
    saveTo(path);
}

void MainWindow::exportPlot(PlotWidget* plot) {
    if (!plot || plot->isEmpty()) {
        statusBar()->showMessage(tr("This page has no figure to export."), messageMilliseconds);
        return;
    }
    const QString session = QFileInfo(m_sessionPath).baseName();
    auto* dialog = new ExportDialog(
        *plot, session + QLatin1Char('-') + fileNamePart(plot->caption().title), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::exportSheet() {
    std::vector<PageFigures> figures;
    for (const Page* page : m_pages->pages())
        figures.push_back({page->title(), page->plots()});
    auto* dialog =
        new SheetDialog(figures, m_pages->currentPage()->currentPlot(),
                        QFileInfo(m_sessionPath).baseName() + QStringLiteral("-sheet"), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showAbout() { showAboutDialog(this); }

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_studies.isActive() &&
        QMessageBox::question(this, tr("A study is running"),
                              tr("Stop the study and quit? What is finished stays, and the study "
                                 "can be resumed.")) != QMessageBox::Yes) {
        event->ignore();
        return;
    }
    m_studies.cancel();
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
    for (const QString& path : paths)
        openPath(path);
}

} // namespace quantscope
