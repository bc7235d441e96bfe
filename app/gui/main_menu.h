#pragma once

#include "app/service/settings.h"

#include <QObject>

class QAction;
class QMainWindow;
class QMenu;

namespace quantscope {

/// The menus and their keys. Actions that the window decides on are members; recent files, theme
/// and language look after themselves.
class MainMenu : public QObject {
    Q_OBJECT

public:
    MainMenu(QMainWindow& window, Settings& settings);

    QAction* openSession;
    QAction* openFolder;
    QAction* openModel;
    QAction* save;
    QAction* saveAs;
    QAction* exportFigure;
    QAction* exportAll;
    QAction* runDemo;
    QAction* quit;
    QAction* run;
    QAction* pause;
    QAction* cancel;
    QAction* resetLayout;
    QAction* pageHelp;
    QAction* showLogFolder;
    QAction* about;

    /// Where pages and docks are listed.
    QMenu* viewMenu() const { return m_view; }
    void addPage(int number, const QString& title);

Q_SIGNALS:
    void recentChosen(const QString& path);
    void pageChosen(int index);
    void languageChosen();

private:
    void buildFile(QMainWindow& window);
    void buildStudy(QMainWindow& window);
    void buildView(QMainWindow& window);
    void buildHelp(QMainWindow& window);
    void buildThemes();
    void buildLanguages();
    void showRecent();

    Settings& m_settings;
    QMenu* m_recent = nullptr;
    QMenu* m_view = nullptr;
    QAction* m_pagesEnd = nullptr; ///< pages go before it
};

} // namespace quantscope
