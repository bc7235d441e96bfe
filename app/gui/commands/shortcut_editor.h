#pragma once

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace quantscope {

class Shortcuts;
struct MenuAction;

/// Shows every command with its keys, and changes them.
class ShortcutEditor : public QDialog {
    Q_OBJECT

public:
    ShortcutEditor(Shortcuts& shortcuts, QWidget* parent);

private:
    const MenuAction* current() const;
    void showCommands(const QString& words);
    void showCurrent();
    void assign();
    void resetCurrent();
    void resetAll();

    Shortcuts& m_shortcuts;
    QLineEdit* m_words;
    QTreeWidget* m_commands;
    QKeySequenceEdit* m_keys;
    QPushButton* m_assign;
    QPushButton* m_reset;
    QLabel* m_message;
};

} // namespace quantscope
