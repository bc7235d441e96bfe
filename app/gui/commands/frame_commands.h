#pragma once

#include <QObject>

class QMainWindow;

namespace quantscope {

class MainMenu;
class PagesPanel;
class Selection;
class SelectionMenu;
class Settings;
class Shortcuts;
class ViewHistory;

/// What the window offers on every page: choosing pages, undo, the selection's menu, copying,
/// finding, the list of all commands and their keys. To be made after all menus are.
class FrameCommands : public QObject {
    Q_OBJECT

public:
    FrameCommands(QMainWindow& window, MainMenu& menu, PagesPanel& pages, Selection& selection,
                  Settings& settings);

    ViewHistory& history() { return *m_history; }
    Shortcuts& shortcuts() { return *m_shortcuts; }

private:
    void addPages();
    void wireEdit();

    QMainWindow& m_window;
    MainMenu& m_menu;
    PagesPanel& m_pages;
    ViewHistory* m_history;
    SelectionMenu* m_selectionMenu;
    Shortcuts* m_shortcuts;
};

} // namespace quantscope
