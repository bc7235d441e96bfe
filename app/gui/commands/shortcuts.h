#pragma once

#include "app/gui/commands/menu_actions.h"

#include <QKeySequence>
#include <QObject>

#include <map>

namespace quantscope {

class Settings;

/// The keys of the menus' commands: those of the program, and what a person has put in their
/// place, which the settings keep. Commands are known by their object name.
class Shortcuts : public QObject {
    Q_OBJECT

public:
    /// Remembers the keys the actions have and gives them those of the settings. Actions without
    /// an object name (recent files) have none to change.
    Shortcuts(const std::vector<MenuAction>& actions, Settings& settings, QObject* parent);

    const std::vector<MenuAction>& commands() const { return m_commands; }
    QKeySequence standard(const QAction& action) const;
    /// The command that has these keys already; null: none, or `except` itself.
    const MenuAction* owner(const QKeySequence& keys, const QAction& except) const;
    /// Empty keys: none. The caller has seen to it that they are free.
    void change(QAction& action, const QKeySequence& keys);
    void reset(QAction& action);

private:
    Settings& m_settings;
    std::vector<MenuAction> m_commands;
    std::map<QString, QKeySequence> m_standard;
};

} // namespace quantscope
