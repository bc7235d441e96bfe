#pragma once

#include "app/service/settings.h"

#include <QKeySequence>
#include <QObject>

class QAction;
class QMainWindow;
class QMenu;
class QUndoStack;

namespace quantscope {

/// The menus and their keys. Actions that the window decides on are members; recent files, theme
/// and language look after themselves.
class MainMenu : public QObject {
    Q_OBJECT

public:
    MainMenu(QMainWindow& window, Settings& settings);

    QAction* openSession;
    QAction* openFolder;
    QAction* compare;
    QAction* closeComparison;
    QAction* openModel;
    QAction* save;
    QAction* saveAs;
    QAction* exportFigure;
    QAction* exportSheet;
    QAction* exportAll;
    QAction* copyImage;
    QAction* copyValues;
    QAction* find;
    QAction* commands;
    QAction* shortcuts;
    QAction* runDemo;
    QAction* quit;
    QAction* run;
    QAction* pause;
    QAction* cancel;
    QAction* previousPage;
    QAction* nextPage;
    QAction* resetLayout;
    QAction* firstStudy;
    QAction* pageHelp;
    QAction* showLogFolder;
    QAction* about;

    /// The menu bar's entry for studies.
    QAction* studyMenu() const { return m_study; }
    /// Where pages and docks are listed.
    QMenu* viewMenu() const { return m_view; }
    QMenu* addPageGroup(const QString& title);
    /// @param index  what pageChosen says; @param name  of the action, the same in every language
    void addPage(QMenu* group, int index, const QString& name, const QString& title);
    /// Undo and redo, at the head of the menu Edit.
    void addHistory(QUndoStack& history);

Q_SIGNALS:
    void recentChosen(const QString& path);
    void pageChosen(int index);
    void languageChosen();

private:
    QAction* add(QMenu* menu, const char* name, const QString& text,
                 const QKeySequence& keys = {});
    void buildFile(QMainWindow& window);
    void buildEdit(QMainWindow& window);
    void buildStudy(QMainWindow& window);
    void buildView(QMainWindow& window);
    void buildHelp(QMainWindow& window);
    void buildThemes();
    void buildLanguages();
    void showRecent();

    Settings& m_settings;
    QMenu* m_recent = nullptr;
    QMenu* m_edit = nullptr;
    QAction* m_study = nullptr;
    QAction* m_historyEnd = nullptr; ///< undo and redo go before it
    QMenu* m_view = nullptr;
    QAction* m_pagesEnd = nullptr; ///< pages go before it
};

} // namespace quantscope
