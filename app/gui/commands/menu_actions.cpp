#include "app/gui/commands/menu_actions.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QRegularExpression>

namespace quantscope {

namespace {

void collect(const QList<QAction*>& actions, const QString& path, std::vector<MenuAction>& found) {
    for (QAction* action : actions) {
        if (action->isSeparator())
            continue;
        const QString name = plainText(action->text());
        const QString place = path.isEmpty() ? name : path + QStringLiteral(" › ") + name;
        if (const QMenu* menu = action->menu())
            collect(menu->actions(), place, found);
        else
            found.push_back({action, place});
    }
}

} // namespace

QString plainText(const QString& menuText) {
    // Chinese menus have the mnemonic in brackets behind the text.
    static const QRegularExpression bracketed(QStringLiteral("\\(&.\\)"));
    static const QRegularExpression mnemonic(QStringLiteral("&(.)"));
    QString text = menuText;
    text.remove(bracketed);
    text.replace(mnemonic, QStringLiteral("\\1"));
    if (text.endsWith(QChar(0x2026)))
        text.chop(1);
    return text.trimmed();
}

std::vector<MenuAction> menuActions(const QMenuBar& bar) {
    std::vector<MenuAction> found;
    collect(bar.actions(), {}, found);
    return found;
}

} // namespace quantscope
