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
#include "app/gui/selection_link.h"
#include "app/gui/study/study_form.h"
#include "app/gui/study/study_panel.h"
#include "app/service/log.h"
#include "app/service/settings.h"
#include "core/analysis/patch_history.h"
#include "core/data/array_source.h"
#include "core/data/session_schema.h"
#include "core/session/session.h"
#include "views/export/figure_set.h"
#include "views/history/page_views.h"
#include "views/history/view_history.h"
#include "views/pages/allocate_page.h"
#include "views/pages/compare_page.h"
#include "views/pages/conditions_editor.h"
#include "views/pages/details_panel.h"
#include "views/pages/page.h"
#include "views/pages/training_page.h"
#include "views/plots/plot_widget.h"

#include <QAction>
#include <QClipboard>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QSplitter>
#include <QStandardPaths>
#include <QStatusBar>
#include <QUrl>

#include <utility>

namespace quantscope {

namespace {

constexpr int studyWidth = 300;
constexpr int detailsWidth = 240;
constexpr int logHeight = 130;
constexpr int messageMilliseconds = 8000;
const QString sessionFilter = QStringLiteral("(*.qscope.h5 *.h5)");

QString fileName(const QString& path) { return QFileInfo(path).fileName(); }

/// An argument as a shell reads it.
QString quoted(QString argument) {
    return QLatin1Char('\'') + argument.replace(QLatin1String("'"), QLatin1String("'\\''")) +
           QLatin1Char('\'');
}

/// The lane that a recipe of the page Allocate becomes, and the name of its file.
QString recipeLane(const RecipeRequest& request) {
    QString name = QStringLiteral("mixed-%1bpw").arg(request.bitsPerWeight.value_or(0), 0, 'f', 2);
    if (request.objective != "mean-kl")
        name += QLatin1Char('-') + fileNamePart(request.objective);
    return name;
}

/// Beside the session where that is possible: the study that the recipe becomes part of refers to
/// it.
QString recipeFolder(const QString& session) {
    const QFileInfo info(session);
    if (QFileInfo(info.absolutePath()).isWritable())
        return QString::fromStdString(
                   StudyFolder(info.absoluteFilePath().toStdString()).path().string()) +
               QStringLiteral("/recipes");
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) +
           QStringLiteral("/recipes");
}

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
    , m_others(backend)
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
    buildDocks();
    m_views = new PageViews(pagesPanel()->pages(), this);
    wireMenu();
    wireServices();
    wireDetails();
    wirePane(m_pane);
    wireComparison();
    m_commands = new FrameCommands(*this, *m_menu, *pagesPanel(), selection(), settings);
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
    m_others.disconnect(this);
    delete m_link;
    m_pane->values().disconnect(this);
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
    connect(m_menu->compare, &QAction::triggered, this, &MainWindow::chooseSecond);
    connect(m_menu->closeComparison, &QAction::triggered, this, &MainWindow::closeComparison);
    connect(m_menu->openModel, &QAction::triggered, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Choose a model folder"));
        if (!folder.isEmpty())
            m_study->setModel(folder);
    });
    connect(m_menu->save, &QAction::triggered, this, [this] { saveTo(sessionPath()); });
    connect(m_menu->saveAs, &QAction::triggered, this, &MainWindow::chooseSaveName);
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
    connect(m_menu->resetLayout, &QAction::triggered, this, &MainWindow::placeDocks);
    connect(m_menu->firstStudy, &QAction::triggered, this, [this] { showFirstStudy(*this); });
    connect(m_menu->about, &QAction::triggered, this, &MainWindow::showAbout);
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
    connect(&m_sessions, &SessionService::firstOpened, this, &MainWindow::showFirstPart);
    connect(&m_sessions, &SessionService::opened, this, &MainWindow::showSession);
    connect(&m_sessions, &SessionService::failed, this, [this](const QString& message) {
        showFailure(tr("The session could not be opened or saved"), message);
    });
    connect(&m_sessions, &SessionService::recipeExported, this, &MainWindow::takeRecipe);
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
                m_studyDock->show();
                m_study->runWith(methods);
            });
    connect(&m_studies, &StudyService::stateChanged, training,
            [this, training] { training->setStudyRunning(m_studies.isActive()); });
    training->setStudyRunning(m_studies.isActive());
    connect(pane, &SessionPane::experimentFailed, this, [this](const QString& message) {
        showFailure(tr("The experiment could not be made"), message);
    });
    wireRecipes(pane);
}

/// Recipes of the page Allocate: into files, or into a study.
void MainWindow::wireRecipes(SessionPane* pane) {
    AllocatePage* page = pane->pages()->allocatePage();
    connect(page, &AllocatePage::recipeRequested, this,
            [this, pane](const RecipeRequest& request, const QString& form) {
                const QString suffix = form == QLatin1String("llama.cpp") ? QStringLiteral(".txt")
                                                                          : QStringLiteral(".json");
                const QString file = QFileDialog::getSaveFileName(
                    this, tr("Save the recipe"), form + QStringLiteral("-recipe") + suffix);
                if (!file.isEmpty() && pane->session())
                    m_sessions.exportRecipe(pane->session(), request, form, file);
            });
    connect(page, &AllocatePage::applyRequested, this,
            [this, pane](const RecipeRequest& request) { applyRecipe(pane, request); });
}

/// The recipe becomes a file that the study refers to; the study begins once it is written.
void MainWindow::applyRecipe(SessionPane* pane, const RecipeRequest& request) {
    if (!pane->session())
        return;
    if (m_studies.isActive()) {
        showFailure(tr("A study is running"),
                    tr("Wait until it is finished, or stop it; then apply the recipe again."));
        return;
    }
    const QString lane = recipeLane(request);
    const QString folder = recipeFolder(pane->path());
    if (!QDir().mkpath(folder)) {
        showFailure(tr("The recipe could not be applied"),
                    tr("The folder %1, where the recipe would be kept, cannot be made.")
                        .arg(folder));
        return;
    }
    m_applied = {QDir(folder).filePath(lane + QStringLiteral(".json")), lane,
                 planOf(*pane->session())};
    m_sessions.exportRecipe(pane->session(), request, QStringLiteral("json"), m_applied.file);
}

StudyPlan MainWindow::planOf(const SessionData& session) const {
    const auto plan = session.attributes.find(attribute::plan);
    try {
        return plan == session.attributes.end() ? StudyPlan() : m_backend.planFromJson(plan->second);
    } catch (const Error&) {
        return {}; // of another version: the form's own plan has to do
    }
}

void MainWindow::takeRecipe(const QString& file) {
    statusBar()->showMessage(tr("Saved %1").arg(file), messageMilliseconds);
    if (file != m_applied.file)
        return;
    const AppliedRecipe applied = std::exchange(m_applied, {});
    StudyPlan plan = m_study->form()->plan();
    if (!applied.plan.modelPath.empty() && plan.modelPath != applied.plan.modelPath) {
        // The form is about another model: the study is that of the session.
        plan = applied.plan;
        plan.methods.clear();
        plan.imported.clear();
    }
    const std::string lane = applied.lane.toStdString();
    std::erase_if(plan.methods, [&](const MethodSpec& method) { return method.lane == lane; });
    plan.methods.push_back({"mixed", {{"recipe", file.toStdString()}}, lane});
    plan.output.clear(); // a name of its own
    m_study->setPlan(plan);
    m_studyDock->show();
    m_study->run();
}

/// A second session beside the first: opening it, what both have in common, and its page.
void MainWindow::wireComparison() {
    connect(&m_others, &SessionService::opened, this, &MainWindow::showSecond);
    connect(&m_others, &SessionService::failed, this, [this](const QString& message) {
        showFailure(tr("The session could not be opened"), message);
    });
    connect(&values(), &PageValuesService::matchingReady, this,
            [this](const ExampleMatching& matching) {
                if (!m_link)
                    return;
                m_link->setMatching(matching);
                if (matching.pairs.empty())
                    statusBar()->showMessage(
                        tr("The two sessions have no example in common, so each keeps its own "
                           "selection."));
            });
    connect(&values(), &PageValuesService::matchingFailed, this,
            [this](const QString& message) { statusBar()->showMessage(message); });
    connect(pagesPanel(), &PagesPanel::currentChanged, this, &MainWindow::arrangePanes);
    ConditionsEditor* conditions = pagesPanel()->comparePage()->conditions();
    conditions->setText(m_settings.conditions());
    connect(conditions, &ConditionsEditor::conditionsChanged, this,
            [this, conditions] { m_settings.setConditions(conditions->text()); });
    connect(conditions, &ConditionsEditor::commandRequested, this,
            &MainWindow::copyCompareCommand);
    values().requestComparison(pagesPanel()->comparePage()->request());
    connect(m_pane, &SessionPane::closeRequested, this, &MainWindow::closeComparison);
}

/// What the page Compare decides, for a script.
void MainWindow::copyCompareCommand() {
    if (!m_second)
        return;
    const ComparisonRequest request = pagesPanel()->comparePage()->request();
    QStringList words = {QStringLiteral("quantscope-cli compare"), quoted(sessionPath()),
                         quoted(m_second->path())};
    if (!request.laneA.empty())
        words << QStringLiteral("--lane")
              << quoted(QString::fromStdString(request.laneA + "=" + request.laneB));
    for (const std::string& condition : request.conditions)
        words << QStringLiteral("--fail-if") << quoted(QString::fromStdString(condition));
    const QString command = words.join(QLatin1Char(' '));
    QGuiApplication::clipboard()->setText(command);
    statusBar()->showMessage(tr("Copied: %1").arg(command), messageMilliseconds);
}

void MainWindow::compareWith(const QString& path) {
    statusBar()->showMessage(tr("Opening %1…").arg(path));
    m_others.open(path);
}

void MainWindow::showSecond(const OpenedSession& session) {
    if (!m_second) {
        m_second = new SessionPane(m_backend, m_functions, SessionPane::Role::Second);
        m_panes->addWidget(m_second);
        wirePane(m_second);
        // One page of both: a change here is a change there.
        connect(m_second->pages(), &PagesPanel::currentChanged, this, [this](int page) {
            if (page != pagesPanel()->currentIndex())
                pagesPanel()->setCurrentIndex(page);
        });
        connect(m_second, &SessionPane::closeRequested, this, &MainWindow::closeComparison,
                Qt::QueuedConnection); // which deletes the pane
        m_link = new SelectionLink(selection(), m_second->selection(), this);
        for (QDockWidget* dock : {m_studyDock, m_detailsDock})
            if (dock->isVisible() && !dock->isFloating()) {
                dock->hide();
                m_hiddenDocks.push_back(dock);
            }
    }
    unlink();
    m_second->open(session);
    m_second->selection().restore(readViewState(*session.data).selection);
    values().setOther(session.data);
    m_settings.addRecent(Settings::Recent::Session, session.path);
    statusBar()->clearMessage();
    arrangePanes();
    showTitle();
    Q_EMIT secondSessionShown(session.path);
}

void MainWindow::closeComparison() {
    if (!m_second)
        return;
    delete std::exchange(m_link, nullptr);
    values().setOther(nullptr);
    delete std::exchange(m_second, nullptr);
    for (QDockWidget* dock : std::exchange(m_hiddenDocks, {}))
        dock->show();
    showTitle();
}

/// Both sessions at the same page, beside each other; the page that compares them takes all.
void MainWindow::arrangePanes() {
    if (!m_second)
        return;
    const int page = pagesPanel()->currentIndex();
    const bool compares = page == static_cast<int>(PageKind::Compare);
    if (!compares && m_second->pages()->currentIndex() != page)
        m_second->pages()->setCurrentIndex(page);
    const bool appears = !compares && m_second->isHidden();
    m_second->setVisible(!compares);
    if (appears || m_panes->sizes().last() == 0)
        m_panes->setSizes({1000, 1000}); // shares, not pixels
    showHeadings();
}

bool MainWindow::isBusy() const {
    return m_sessions.isBusy() || m_others.isBusy() || m_pane->isBusy() ||
           (m_second && m_second->isBusy());
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

void MainWindow::showFirstPart(const OpenedSession& session) {
    if (m_followsPart && session.path == m_runningPath)
        return; // more than this is on view already
    m_followsPart = false;
    unlink();
    m_pane->openFirstPart(session);
    m_study->setResumable({});
    restoreView(readViewState(*session.data));
    m_commands->history().forget();
    statusBar()->showMessage(tr("Reading the rest of %1…").arg(session.path));
    showTitle();
}

void MainWindow::showSession(const OpenedSession& session) {
    // The study that ran under the eyes of a person keeps selection and questions, and so does a
    // session whose first part is on view.
    const bool sameAsGrown = (m_followsPart && session.path == m_runningPath) ||
                             (values().isFirstPart() && session.path == sessionPath());
    m_followsPart = false;
    unlink();
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

/// Until it is known which examples both sessions have.
void MainWindow::unlink() {
    if (m_link)
        m_link->clear();
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
    unlink();
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
    const bool whole = has && !values().isFirstPart(); // else saving would lose the rest
    m_menu->save->setEnabled(whole && !m_followsPart && sessionPath().endsWith(".h5"));
    m_menu->saveAs->setEnabled(whole);
    m_menu->exportFigure->setEnabled(has);
    m_menu->exportSheet->setEnabled(has);
    m_menu->exportAll->setEnabled(has && !m_followsPart); // reads the file
    m_menu->compare->setEnabled(has);
    m_menu->closeComparison->setEnabled(m_second != nullptr);
    QString name = fileName(sessionPath());
    if (m_second)
        name = tr("%1 and %2").arg(name, fileName(m_second->path()));
    showHeadings();
    m_sessionLabel->setText(name);
    m_sessionLabel->setToolTip(sessionPath());
    setWindowTitle(has ? tr("%1 – QuantScope").arg(name) : QStringLiteral("QuantScope"));
}

/// Which pane is which session, where there are two.
void MainWindow::showHeadings() {
    if (!m_second) {
        m_pane->setHeading({}, false);
        return;
    }
    QString first = tr("A: %1").arg(fileName(sessionPath()));
    const QString second = tr("B: %1").arg(fileName(m_second->path()));
    const bool alone = m_second->isHidden(); // on the page that is about both
    if (alone)
        first += QStringLiteral("     ") + second;
    m_pane->setHeading(first, alone);
    m_second->setHeading(second, true);
}

void MainWindow::chooseSession() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a session"), QFileInfo(sessionPath()).path(),
                                     tr("Sessions %1;;All files (*)").arg(sessionFilter));
    if (!path.isEmpty())
        m_sessions.open(path);
}

void MainWindow::chooseSecond() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Compare with"), QFileInfo(sessionPath()).path(),
        tr("Sessions %1;;All files (*)").arg(sessionFilter));
    if (!path.isEmpty())
        compareWith(path);
}

void MainWindow::chooseStudyFolder() {
    const QString path = QFileDialog::getExistingDirectory(this, tr("Open a study's folder"),
                                                           QFileInfo(sessionPath()).path());
    if (!path.isEmpty())
        m_sessions.open(path);
}

void MainWindow::saveTo(const QString& path) {
    if (!m_pane->session() || values().isFirstPart() || path.isEmpty())
        return;
    const std::shared_ptr<SessionData> session = copySession(*m_pane->session());
    writeViewState(*session, viewState());
    replaceLaterPatches(*session, m_pane->questions().patches());
    statusBar()->showMessage(tr("Saving %1…").arg(path));
    m_sessions.save(path, session);
}

void MainWindow::chooseSaveName() {
    QString path = QFileDialog::getSaveFileName(this, tr("Save the session as"), sessionPath(),
                                                tr("Sessions %1").arg("(*.qscope.h5)"));
    if (path.isEmpty())
        return;
    if (!path.endsWith(QStringLiteral(".h5")))
        path += QStringLiteral(".qscope.h5");
    saveTo(path);
}

void MainWindow::exportPlot(PlotWidget* plot, const QString& session) {
    if (!plot || plot->isEmpty()) {
        statusBar()->showMessage(tr("This page has no figure to export."), messageMilliseconds);
        return;
    }
    auto* dialog = new ExportDialog(
        *plot, QFileInfo(session).baseName() + QLatin1Char('-') + fileNamePart(plot->caption().title),
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
