#include "app/gui/main_menu.h"

#include "app/gui/translation.h"

#include <QActionGroup>
#include <QFileInfo>
#include <QLocale>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>

namespace quantscope {

MainMenu::MainMenu(QMainWindow& window, Settings& settings)
    : QObject(&window)
    , m_settings(settings) {
    buildFile(window);
    buildStudy(window);
    buildView(window);
    buildHelp(window);
    connect(&settings, &Settings::recentChanged, this, &MainMenu::showRecent);
    showRecent();
}

void MainMenu::buildFile(QMainWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&File"));
    openSession = menu->addAction(tr("&Open session…"));
    openSession->setShortcut(QKeySequence::Open);
    openFolder = menu->addAction(tr("Open study &folder…"));
    openFolder->setStatusTip(tr("A study that is running or was interrupted: NAME.qscope.d"));
    m_recent = menu->addMenu(tr("Open &recent"));
    openModel = menu->addAction(tr("Choose &model…"));
    openModel->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_M));
    menu->addSeparator();
    save = menu->addAction(tr("&Save"));
    save->setShortcut(QKeySequence::Save);
    save->setStatusTip(tr("Keeps selection, pins and groups in the session"));
    saveAs = menu->addAction(tr("Save &as…"));
    saveAs->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
    menu->addSeparator();
    exportFigure = menu->addAction(tr("&Export figure…"));
    exportFigure->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_E));
    exportAll = menu->addAction(tr("Export a&ll figures…"));
    exportAll->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E));
    menu->addSeparator();
    quit = menu->addAction(tr("&Quit"));
    quit->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Q));
    quit->setMenuRole(QAction::QuitRole);
}

void MainMenu::buildStudy(QMainWindow& window) {
    QMenu* menu = window.menuBar()->addMenu(tr("&Study"));
    run = menu->addAction(tr("&Run"));
    run->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_R));
    pause = menu->addAction(tr("&Pause"));
    pause->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_P));
    pause->setCheckable(true);
    cancel = menu->addAction(tr("&Cancel"));
    cancel->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Period));
    menu->addSeparator();
    runDemo = menu->addAction(tr("Run the &demo"));
    runDemo->setStatusTip(tr("Studies the small model that comes with the program"));
}

void MainMenu::buildView(QMainWindow& window) {
    m_view = window.menuBar()->addMenu(tr("&View"));
    m_pagesEnd = m_view->addSeparator();
    buildThemes();
    buildLanguages();
    m_view->addSeparator();
    resetLayout = new QAction(tr("&Reset layout"), this);
}

void MainMenu::addPage(int number, const QString& title) {
    auto* action = new QAction(title, this);
    action->setShortcut(QKeySequence(Qt::CTRL | (Qt::Key_0 + number)));
    m_view->insertAction(m_pagesEnd, action);
    connect(action, &QAction::triggered, this, [this, number] { Q_EMIT pageChosen(number - 1); });
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
    pageHelp = menu->addAction(tr("About this &page"));
    pageHelp->setShortcut(QKeySequence::HelpContents);
    showLogFolder = menu->addAction(tr("Show the &log's folder"));
    menu->addSeparator();
    about = menu->addAction(tr("&About QuantScope"));
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
