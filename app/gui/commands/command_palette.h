#pragma once

#include "app/gui/commands/menu_actions.h"

#include <QDialog>
#include <QPointer>

class QLineEdit;
class QTreeWidget;

namespace quantscope {

/// Finds a command of the menus by words of its name and runs it.
class CommandPalette : public QDialog {
    Q_OBJECT

public:
    CommandPalette(const std::vector<MenuAction>& actions, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Command {
        QPointer<QAction> action; ///< lists of recent files may change meanwhile
        QString path;
    };

    void showMatches(const QString& words);
    void runCurrent();

    std::vector<Command> m_commands;
    QLineEdit* m_words;
    QTreeWidget* m_matches;
};

/// How well a name answers the words typed, smaller is better; -1: a word does not occur in it.
int matchRank(const QString& name, const QString& words);

} // namespace quantscope
