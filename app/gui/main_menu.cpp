#include "app/gui/main_menu.h"

#include "app/gui/translation.h"

#include <QActionGroup>
#include <QFileInfo>
#include <QLocale>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QUndoStack>

namespace quantscope {

MainMenu::MainMenu(QMainWindow& window, Settings& settings)
    : QObject(&window)
    , m_settings(settings) {
    buildFile(window);
    buildEdit(window);
    buildStudy(window);
    buildView(window);
    buildHelp(window);
    connect(&settings, &Settings::recentChanged, this, &MainMenu::showRecent);
    showRecent();
}

QAction* MainMenu::add(QMenu* menu, const char* name, const QString& text,
                       const QKeySequence& keys) {
    auto* action = new QAction(text, this);
    action->setObjectName(QString::fromLatin1(name)); // names it where shortcuts are kept
    action->setShortcut(keys);
    if (menu)
        menu->addAction(action);
    return action;
}

void MainMenu::buildFile(QMainWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&File"));
    openSession = add(menu, "file-open", tr("&Open session…"), QKeySequence::Open);
    openFolder = add(menu, "file-open-folder", tr("Open study &folder…"));
    openFolder->setStatusTip(tr("A study that is running or was interrupted: NAME.qscope.d"));
    m_recent = menu->addMenu(tr("Open &recent"));
    compare = add(menu, "file-compare", tr("&Compare with…"),
                  QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O));
    compare->setStatusTip(tr("Opens a second session beside this one"));
    closeComparison = add(menu, "file-close-comparison", tr("Close the compa&rison"));
    openModel =
        add(menu, "file-choose-model", tr("Choose &model…"), QKeySequence(Qt::CTRL | Qt::Key_M));
    menu->addSeparator();
    save = add(menu, "file-save", tr("&Save"), QKeySequence::Save);
    save->setStatusTip(tr("Keeps selection, pins and groups in the session"));
    saveAs = add(menu, "file-save-as", tr("Save &as…"),
                 QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
    menu->addSeparator();
    exportFigure = add(menu, "file-export-figure", tr("&Export figure…"),
                       QKeySequence(Qt::CTRL | Qt::Key_E));
    exportSheet = add(menu, "file-export-sheet", tr("Figure s&heet…"));
    exportSheet->setStatusTip(tr("Several figures in one file"));
    exportAll = add(menu, "file-export-all", tr("Export a&ll figures…"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E));
    menu->addSeparator();
    quit = add(menu, "file-quit", tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q));
    quit->setMenuRole(QAction::QuitRole);
}

void MainMenu::buildEdit(QMainWindow& window) {
    m_edit = window.menuBar()->addMenu(tr("&Edit"));
    m_historyEnd = m_edit->addSeparator();
    copyImage = add(m_edit, "edit-copy-image", tr("Copy figure as &picture"),
                    QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    copyValues = add(m_edit, "edit-copy-values", tr("Copy figure's &values"),
                     QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C));
    m_edit->addSeparator();
    find = add(m_edit, "edit-find", tr("&Find in examples"), QKeySequence::Find);
    m_edit->addSeparator();
    commands = add(m_edit, "edit-commands", tr("&Commands…"),
                   QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_P));
    shortcuts = add(m_edit, "edit-shortcuts", tr("&Keyboard shortcuts…"));
}

void MainMenu::addHistory(QUndoStack& history) {
    QAction* undo = history.createUndoAction(this, tr("&Undo"));
    undo->setObjectName(QStringLiteral("edit-undo"));
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = history.createRedoAction(this, tr("&Redo"));
    redo->setObjectName(QStringLiteral("edit-redo"));
    redo->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z));
    m_edit->insertActions(m_historyEnd, {undo, redo});
}

void MainMenu::buildStudy(QMainWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&Study"));
    m_study = menu->menuAction();
    run = add(menu, "study-run", tr("&Run"), QKeySequence(Qt::CTRL | Qt::Key_R));
    pause = add(menu, "study-pause", tr("&Pause"), QKeySequence(Qt::CTRL | Qt::Key_P));
    pause->setCheckable(true);
    cancel = add(menu, "study-cancel", tr("&Cancel"), QKeySequence(Qt::CTRL | Qt::Key_Period));
    menu->addSeparator();
    runDemo = add(menu, "study-demo", tr("Run the &demo"));
    runDemo->setStatusTip(tr("Studies the small model that comes with the program"));
}

void MainMenu::buildView(QMainWindow& window) {
    m_view = window.menuBar()->addMenu(tr("&View"));
    previousPage = add(nullptr, "view-page-before", tr("Page &before"),
                       QKeySequence(Qt::CTRL | Qt::Key_PageUp));
    nextPage =
        add(nullptr, "view-page-next", tr("&Next page"), QKeySequence(Qt::CTRL | Qt::Key_PageDown));
    m_view->addActions({previousPage, nextPage});
    m_pagesEnd = m_view->addSeparator();
    buildThemes();
    buildLanguages();
    m_view->addSeparator();
    resetLayout = add(nullptr, "view-reset-layout", tr("&Reset layout"));
}

QMenu* MainMenu::addPageGroup(const QString& title) {
    auto* menu = new QMenu(title, m_view);
    m_view->insertMenu(m_pagesEnd, menu);
    return menu;
}

void MainMenu::addPage(QMenu* group, int index, const QString& name, const QString& title) {
    QAction* action = add(group, "", title);
    action->setObjectName(QStringLiteral("page-") + name);
    constexpr int pagesWithKey = 9;
    if (index < pagesWithKey)
        action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + index)));
    connect(action, &QAction::triggered, this, [this, index] { Q_EMIT pageChosen(index); });
}

void MainMenu::buildThemes() {
    QMenu* menu = m_view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const std::pair<Settings::Theme, QString> themes[] = {
        {Settings::Theme::System, tr("As the &system")},
        {Settings::Theme::Light, tr("&Light")},
        {Settings::Theme::Dark, tr("&Dark")}};
    for (const auto& [theme, title] : themes) {
        QAction* action = group->addAction(menu->addAction(title));
        action->setObjectName(QStringLiteral("view-theme-") +
                              QString::number(static_cast<int>(theme)));
        action->setCheckable(true);
        action->setChecked(m_settings.theme() == theme);
        connect(action, &QAction::triggered, this,
                [this, chosen = theme] { m_settings.setTheme(chosen); });
    }
}

void MainMenu::buildLanguages() {
    QMenu* menu = m_view->addMenu(tr("&Language"));
    auto* group = new QActionGroup(this);
    const auto add = [&](const QString& language, const QString& title) {
        QAction* action = group->addAction(menu->addAction(title));
        action->setCheckable(true);
        action->setChecked(m_settings.language() == language);
        connect(action, &QAction::triggered, this, [this, language] {
            m_settings.setLanguage(language);
            Q_EMIT languageChosen();
        });
    };
    add(QString(), tr("As the &system"));
    for (const QString& language : shippedLanguages())
        add(language, QLocale(language).nativeLanguageName());
}

void MainMenu::buildHelp(QMainWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&Help"));
    pageHelp = add(menu, "help-page", tr("About this &page"), QKeySequence::HelpContents);
    firstStudy = add(menu, "help-first-study", tr("Your &first study…"));
    showLogFolder = add(menu, "help-log-folder", tr("Show the &log's folder"));
    menu->addSeparator();
    about = add(menu, "help-about", tr("&About QuantScope"));
    about->setMenuRole(QAction::AboutRole);
}

void MainMenu::showRecent() {
    m_recent->clear();
    const QStringList paths = m_settings.recent(Settings::Recent::Session);
    for (const QString& path : paths) {
        QAction* action = m_recent->addAction(QFileInfo(path).fileName());
        action->setStatusTip(path);
        connect(action, &QAction::triggered, this, [this, path] { Q_EMIT recentChosen(path); });
    }
    m_recent->setEnabled(!paths.isEmpty());
    if (paths.isEmpty())
        return;
    m_recent->addSeparator();
    connect(m_recent->addAction(tr("&Clear list")), &QAction::triggered, this,
            [this] { m_settings.clearRecent(Settings::Recent::Session); });
}

} // namespace quantscope
