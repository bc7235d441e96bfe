#include "app/gui/commands/selection_menu.h"

#include "views/models/selection.h"

#include <QAction>
#include <QInputDialog>
#include <QMenu>
#include <QMenuBar>

#include <algorithm>

namespace quantscope {

namespace {

/// Names go into menus, where & has a meaning.
QString menuText(const std::string& name) {
    return QString::fromStdString(name).replace(QLatin1Char('&'), QStringLiteral("&&"));
}

} // namespace

SelectionMenu::SelectionMenu(QMenuBar& bar, QAction* before, Selection& selection)
    : QObject(&bar)
    , m_bar(bar)
    , m_selection(selection) {
    auto* menu = new QMenu(tr("Se&lection"), &bar);
    bar.insertMenu(before, menu);
    const auto add = [&](const char* name, const QString& text, const QKeySequence& keys = {}) {
        QAction* action = menu->addAction(text);
        action->setObjectName(QString::fromLatin1(name));
        action->setShortcut(keys);
        return action;
    };
    m_name = add("selection-name", tr("&Name as a group…"), QKeySequence(Qt::CTRL | Qt::Key_G));
    m_name->setStatusTip(tr("Gives the selected examples a name that the session keeps"));
    m_groups = menu->addMenu(tr("&Groups"));
    menu->addSeparator();
    m_pin = add("selection-pin", tr("&Pin"), QKeySequence(Qt::CTRL | Qt::Key_D));
    m_pin->setStatusTip(tr("Marks the selected examples in every view until they are unpinned"));
    m_selectPinned = add("selection-select-pinned", tr("&Select the pinned"));
    m_unpin = add("selection-unpin", tr("&Unpin all"));
    menu->addSeparator();
    m_clear = add("selection-clear", tr("&Clear"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_A));
    connect(m_name, &QAction::triggered, this, &SelectionMenu::nameGroup);
    connect(m_pin, &QAction::triggered, this, [this] {
        std::vector<std::size_t> pinned = m_selection.pinned();
        std::vector<std::size_t> added = m_selection.selected();
        if (added.empty() && m_selection.primary())
            added = {*m_selection.primary()};
        pinned.insert(pinned.end(), added.begin(), added.end());
        m_selection.setPinned(std::move(pinned));
    });
    connect(m_selectPinned, &QAction::triggered, this,
            [this] { m_selection.setSelected(m_selection.pinned()); });
    connect(m_unpin, &QAction::triggered, this, [this] { m_selection.setPinned({}); });
    connect(m_clear, &QAction::triggered, this, [this] { m_selection.setSelected({}); });
    connect(&selection, &Selection::groupsChanged, this, &SelectionMenu::showGroups);
    connect(&selection, &Selection::selectionChanged, this, &SelectionMenu::enableActions);
    connect(&selection, &Selection::primaryChanged, this, &SelectionMenu::enableActions);
    showGroups();
    enableActions();
}

void SelectionMenu::enableActions() {
    const bool some = !m_selection.selected().empty();
    m_name->setEnabled(some);
    m_clear->setEnabled(some);
    m_pin->setEnabled(some || m_selection.primary());
    m_unpin->setEnabled(!m_selection.pinned().empty());
    m_selectPinned->setEnabled(!m_selection.pinned().empty());
}

void SelectionMenu::nameGroup() {
    const QString name = QInputDialog::getText(m_bar.window(), tr("Name a group"),
                                               tr("Name of the selected examples:"))
                             .trimmed();
    if (!name.isEmpty())
        m_selection.setGroup(name.toStdString(), m_selection.selected());
}

void SelectionMenu::renameGroup(const std::string& name) {
    const QString renamed = QInputDialog::getText(m_bar.window(), tr("Rename a group"),
                                                  tr("New name:"), QLineEdit::Normal,
                                                  QString::fromStdString(name))
                                .trimmed();
    std::vector<ExampleGroup> groups = m_selection.groups();
    const auto hasName = [](const std::string& wanted) {
        return [&wanted](const ExampleGroup& group) { return group.name == wanted; };
    };
    const std::string wanted = renamed.toStdString();
    const auto found = std::find_if(groups.begin(), groups.end(), hasName(name));
    const bool taken = std::any_of(groups.begin(), groups.end(), hasName(wanted));
    if (renamed.isEmpty() || taken || found == groups.end())
        return;
    found->name = wanted;
    m_selection.setGroups(std::move(groups));
}

void SelectionMenu::showGroups() {
    m_groups->clear();
    m_groups->setEnabled(!m_selection.groups().empty());
    for (const ExampleGroup& group : m_selection.groups()) {
        QMenu* menu = m_groups->addMenu(
            tr("%1 (%2)").arg(menuText(group.name)).arg(group.examples.size()));
        menu->addAction(tr("&Select"), this,
                        [this, examples = group.examples] { m_selection.setSelected(examples); });
        menu->addAction(tr("&Rename…"), this, [this, name = group.name] { renameGroup(name); });
        menu->addAction(tr("&Delete"), this,
                        [this, name = group.name] { m_selection.removeGroup(name); });
    }
}

} // namespace quantscope
