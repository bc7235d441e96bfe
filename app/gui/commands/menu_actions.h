#pragma once

#include <QString>

#include <vector>

class QAction;
class QMenuBar;

namespace quantscope {

/// An entry of a menu with the way to it, e.g. "File › Save".
struct MenuAction {
    QAction* action = nullptr;
    QString path;
};

/// A text of a menu as a person reads it: without mnemonic and dots.
QString plainText(const QString& menuText);

/// Every entry of every menu that does something, in their order, enabled or not.
std::vector<MenuAction> menuActions(const QMenuBar& bar);

} // namespace quantscope
