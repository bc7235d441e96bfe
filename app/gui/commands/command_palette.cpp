#include "app/gui/commands/command_palette.h"

#include <QAction>
#include <QCoreApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int commandRole = Qt::UserRole;

} // namespace

int matchRank(const QString& name, const QString& words) {
    int rank = 0;
    const QStringList parts = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString& part : parts) {
        const auto at = static_cast<int>(name.indexOf(part, 0, Qt::CaseInsensitive));
        if (at < 0)
            return -1;
        // The beginning of a word is what people type.
        const bool beginsWord = at == 0 || !name[at - 1].isLetterOrNumber();
        rank += at + (beginsWord ? 0 : static_cast<int>(name.size()));
    }
    return rank;
}

CommandPalette::CommandPalette(const std::vector<MenuAction>& actions, QWidget* parent)
    : QDialog(parent)
    , m_words(new QLineEdit)
    , m_matches(new QTreeWidget) {
    setWindowTitle(tr("Commands"));
    for (const MenuAction& action : actions) {
        if (action.action->isEnabled() && action.action->isVisible())
            m_commands.push_back({action.action, action.path});
    }
    m_words->setPlaceholderText(tr("Type words of a command"));
    m_words->setAccessibleName(tr("Command"));
    m_words->installEventFilter(this);
    m_matches->setAccessibleName(tr("Matching commands"));
    m_matches->setColumnCount(2);
    m_matches->setHeaderHidden(true);
    m_matches->setRootIsDecorated(false);
    m_matches->setUniformRowHeights(true);
    m_matches->setTextElideMode(Qt::ElideMiddle);
    m_matches->header()->setStretchLastSection(false);
    m_matches->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_matches->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_words);
    layout->addWidget(m_matches);
    connect(m_words, &QLineEdit::textChanged, this, &CommandPalette::showMatches);
    connect(m_words, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_matches, &QTreeWidget::itemClicked, this, &CommandPalette::runCurrent);
    showMatches({});
    resize(560, 420);
}

void CommandPalette::showMatches(const QString& words) {
    std::vector<std::pair<int, int>> ranked;
    for (std::size_t i = 0; i < m_commands.size(); ++i) {
        if (const int rank = matchRank(m_commands[i].path, words); rank >= 0)
            ranked.emplace_back(rank, static_cast<int>(i));
    }
    if (!words.isEmpty())
        std::sort(ranked.begin(), ranked.end());
    m_matches->clear();
    for (const auto& [rank, index] : ranked) {
        const Command& command = m_commands[static_cast<std::size_t>(index)];
        const QString keys = command.action
                                 ? command.action->shortcut().toString(QKeySequence::NativeText)
                                 : QString();
        auto* item = new QTreeWidgetItem(m_matches, {command.path, keys});
        item->setData(0, commandRole, index);
        if (command.action)
            item->setToolTip(0, command.action->statusTip());
    }
    m_matches->setCurrentItem(m_matches->topLevelItem(0));
}

void CommandPalette::runCurrent() {
    const QTreeWidgetItem* item = m_matches->currentItem();
    if (!item)
        return;
    const QPointer<QAction> action =
        m_commands[item->data(0, commandRole).toUInt()].action;
    accept();
    if (action)
        action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_words && event->type() == QEvent::KeyPress) {
        const auto key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp ||
            key == Qt::Key_PageDown) {
            QCoreApplication::sendEvent(m_matches, event);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace quantscope
