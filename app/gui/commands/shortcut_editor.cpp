#include "app/gui/commands/shortcut_editor.h"

#include "app/gui/commands/command_palette.h"
#include "app/gui/commands/shortcuts.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace quantscope {

namespace {

constexpr int commandRole = Qt::UserRole;

QString nativeText(const QKeySequence& keys) { return keys.toString(QKeySequence::NativeText); }

} // namespace

ShortcutEditor::ShortcutEditor(Shortcuts& shortcuts, QWidget* parent)
    : QDialog(parent)
    , m_shortcuts(shortcuts)
    , m_words(new QLineEdit)
    , m_commands(new QTreeWidget)
    , m_keys(new QKeySequenceEdit)
    , m_assign(new QPushButton(tr("&Assign")))
    , m_reset(new QPushButton(tr("As at &first")))
    , m_message(new QLabel) {
    setWindowTitle(tr("Keyboard shortcuts"));
    m_words->setPlaceholderText(tr("Words of a command"));
    m_words->setAccessibleName(tr("Words of a command"));
    m_words->setClearButtonEnabled(true);
    m_commands->setAccessibleName(tr("Commands"));
    m_commands->setColumnCount(2);
    m_commands->setHeaderLabels({tr("Command"), tr("Keys")});
    m_commands->setRootIsDecorated(false);
    m_commands->setUniformRowHeights(true);
    m_commands->header()->setStretchLastSection(false);
    m_commands->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_commands->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_keys->setAccessibleName(tr("New keys"));
    m_message->setWordWrap(true);
    auto* label = new QLabel(tr("&Press new keys:"));
    label->setBuddy(m_keys);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_keys, 1);
    row->addWidget(m_assign);
    row->addWidget(m_reset);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* all = buttons->addButton(tr("A&ll as at first"), QDialogButtonBox::ResetRole);
    // Enter belongs to the keys being pressed, not to a button.
    const auto everyButton = findChildren<QPushButton*>() + buttons->findChildren<QPushButton*>();
    for (QPushButton* button : everyButton)
        button->setAutoDefault(false);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_words);
    layout->addWidget(m_commands, 1);
    layout->addLayout(row);
    layout->addWidget(m_message);
    layout->addWidget(buttons);
    connect(m_words, &QLineEdit::textChanged, this, &ShortcutEditor::showCommands);
    connect(m_commands, &QTreeWidget::currentItemChanged, this, &ShortcutEditor::showCurrent);
    connect(m_assign, &QPushButton::clicked, this, &ShortcutEditor::assign);
    connect(m_reset, &QPushButton::clicked, this, &ShortcutEditor::resetCurrent);
    connect(all, &QPushButton::clicked, this, &ShortcutEditor::resetAll);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    showCommands({});
    resize(620, 520);
}

const MenuAction* ShortcutEditor::current() const {
    const QTreeWidgetItem* item = m_commands->currentItem();
    return item ? &m_shortcuts.commands()[item->data(0, commandRole).toUInt()] : nullptr;
}

void ShortcutEditor::showCommands(const QString& words) {
    m_commands->clear();
    const std::vector<MenuAction>& commands = m_shortcuts.commands();
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (matchRank(commands[i].path, words) < 0)
            continue;
        auto* item = new QTreeWidgetItem(
            m_commands, {commands[i].path, nativeText(commands[i].action->shortcut())});
        item->setData(0, commandRole, static_cast<uint>(i));
    }
    m_commands->setCurrentItem(m_commands->topLevelItem(0));
    showCurrent();
}

void ShortcutEditor::showCurrent() {
    const MenuAction* command = current();
    for (QWidget* widget : std::initializer_list<QWidget*>{m_keys, m_assign, m_reset})
        widget->setEnabled(command != nullptr);
    m_keys->setKeySequence(command ? command->action->shortcut() : QKeySequence());
    m_message->clear();
}

void ShortcutEditor::assign() {
    const MenuAction* command = current();
    if (!command)
        return;
    const QKeySequence keys = m_keys->keySequence();
    if (const MenuAction* other = m_shortcuts.owner(keys, *command->action)) {
        m_message->setText(tr("%1 belongs to “%2”. Give that command other keys first.")
                               .arg(nativeText(keys), other->path));
        return;
    }
    m_shortcuts.change(*command->action, keys);
    m_commands->currentItem()->setText(1, nativeText(keys));
    m_message->setText(keys.isEmpty()
                           ? tr("“%1” has no keys any more.").arg(command->path)
                           : tr("“%1” has %2 now.").arg(command->path, nativeText(keys)));
}

void ShortcutEditor::resetCurrent() {
    const MenuAction* command = current();
    if (!command)
        return;
    m_keys->setKeySequence(m_shortcuts.standard(*command->action));
    assign();
}

void ShortcutEditor::resetAll() {
    for (const MenuAction& command : m_shortcuts.commands())
        m_shortcuts.reset(*command.action);
    showCommands(m_words->text());
    m_message->setText(tr("All commands have their first keys again."));
}

} // namespace quantscope
