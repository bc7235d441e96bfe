#pragma once

#include <QObject>

class QAction;
class QMenu;
class QMenuBar;

namespace quantscope {

class Selection;

/// The menu of the shared selection: pins, and groups that a person names.
class SelectionMenu : public QObject {
    Q_OBJECT

public:
    /// @param before  the menu that it stands before
    SelectionMenu(QMenuBar& bar, QAction* before, Selection& selection);

private:
    void nameGroup();
    void renameGroup(const std::string& name);
    void showGroups();
    void enableActions();

    QMenuBar& m_bar;
    Selection& m_selection;
    QAction* m_name;
    QAction* m_pin;
    QAction* m_selectPinned;
    QAction* m_unpin;
    QAction* m_clear;
    QMenu* m_groups;
};

} // namespace quantscope
