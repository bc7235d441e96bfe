#include "app/gui/commands/shortcuts.h"

#include "app/service/settings.h"

#include <QAction>

#include <algorithm>

namespace quantscope {

Shortcuts::Shortcuts(const std::vector<MenuAction>& actions, Settings& settings, QObject* parent)
    : QObject(parent)
    , m_settings(settings) {
    for (const MenuAction& each : actions) {
        const QString name = each.action->objectName();
        if (name.isEmpty())
            continue;
        m_commands.push_back(each);
        m_standard[name] = each.action->shortcut();
        if (const auto keys = settings.shortcut(name))
            each.action->setShortcut(QKeySequence(*keys, QKeySequence::PortableText));
    }
}

QKeySequence Shortcuts::standard(const QAction& action) const {
    const auto found = m_standard.find(action.objectName());
    return found == m_standard.end() ? QKeySequence() : found->second;
}

const MenuAction* Shortcuts::owner(const QKeySequence& keys, const QAction& except) const {
    if (keys.isEmpty())
        return nullptr;
    const auto found =
        std::find_if(m_commands.begin(), m_commands.end(), [&](const MenuAction& each) {
            return each.action != &except && each.action->shortcuts().contains(keys);
        });
    return found == m_commands.end() ? nullptr : &*found;
}

void Shortcuts::change(QAction& action, const QKeySequence& keys) {
    action.setShortcut(keys);
    if (keys == standard(action))
        m_settings.forgetShortcut(action.objectName());
    else
        m_settings.setShortcut(action.objectName(), keys.toString(QKeySequence::PortableText));
}

void Shortcuts::reset(QAction& action) { change(action, standard(action)); }

} // namespace quantscope
