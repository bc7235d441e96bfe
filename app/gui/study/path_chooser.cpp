#include "app/gui/study/path_chooser.h"

#include "app/gui/dropped_path.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QSignalBlocker>
#include <QToolButton>

namespace quantscope {

PathChooser::PathChooser(Kind kind, const QString& dialogTitle, const QString& filter,
                         QWidget* parent)
    : QWidget(parent)
    , m_kind(kind)
    , m_dialogTitle(dialogTitle)
    , m_filter(filter)
    , m_edit(new QComboBox(this))
    , m_browse(new QToolButton(this)) {
    m_edit->setEditable(true);
    m_edit->setInsertPolicy(QComboBox::NoInsert);
    m_edit->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_edit->setMinimumContentsLength(10);
    m_edit->lineEdit()->installEventFilter(this);
    m_browse->setText(QStringLiteral("…"));
    m_browse->setToolTip(dialogTitle);
    m_browse->setAccessibleName(dialogTitle);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_edit, 1);
    layout->addWidget(m_browse);
    setFocusProxy(m_edit);
    connect(m_edit->lineEdit(), &QLineEdit::editingFinished, this, &PathChooser::commit);
    connect(m_edit, &QComboBox::activated, this, &PathChooser::commit);
    if (kind == Kind::Checkpoint) {
        auto* menu = new QMenu(m_browse);
        menu->addAction(tr("Folder…"), this, &PathChooser::browseFolder);
        menu->addAction(tr("GGUF file…"), this, &PathChooser::browse);
        m_browse->setMenu(menu);
        m_browse->setPopupMode(QToolButton::InstantPopup);
    } else {
        connect(m_browse, &QToolButton::clicked, this, &PathChooser::browse);
    }
}

QString PathChooser::path() const { return m_edit->currentText().trimmed(); }

void PathChooser::setPath(const QString& path) {
    {
        const QSignalBlocker blocker(m_edit);
        m_edit->setEditText(path);
        m_edit->lineEdit()->setCursorPosition(static_cast<int>(path.size()));
    }
    commit();
}

void PathChooser::setRecent(const QStringList& paths) {
    const QSignalBlocker blocker(m_edit);
    const QString text = m_edit->currentText();
    m_edit->clear();
    m_edit->addItems(paths);
    m_edit->setEditText(text);
}

void PathChooser::setPlaceholder(const QString& text) {
    m_edit->lineEdit()->setPlaceholderText(text);
}

void PathChooser::setName(const QString& accessibleName) {
    m_edit->setAccessibleName(accessibleName);
}

bool PathChooser::eventFilter(QObject* watched, QEvent* event) {
    // The line edit would insert the dropped address as text.
    if (event->type() == QEvent::DragEnter || event->type() == QEvent::DragMove) {
        auto* drag = static_cast<QDragMoveEvent*>(event);
        if (!localPaths(drag->mimeData()).isEmpty()) {
            drag->acceptProposedAction();
            return true;
        }
    } else if (event->type() == QEvent::Drop) {
        auto* drop = static_cast<QDropEvent*>(event);
        const QStringList paths = localPaths(drop->mimeData());
        if (!paths.isEmpty()) {
            drop->acceptProposedAction();
            const bool model =
                m_kind == Kind::Checkpoint && roleOfPath(paths.first()) == PathRole::Model;
            setPath(model ? modelPath(paths.first()) : paths.first());
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void PathChooser::browse() {
    switch (m_kind) {
    case Kind::Checkpoint:
        chosen(QFileDialog::getOpenFileName(this, m_dialogTitle, path(),
                                            tr("GGUF files") + QStringLiteral(" (*.gguf)")));
        break;
    case Kind::File:
        chosen(QFileDialog::getOpenFileName(this, m_dialogTitle, path(), m_filter));
        break;
    case Kind::NewFile:
        chosen(QFileDialog::getSaveFileName(this, m_dialogTitle, path(), m_filter));
        break;
    }
}

void PathChooser::browseFolder() {
    chosen(QFileDialog::getExistingDirectory(this, m_dialogTitle, path()));
}

void PathChooser::chosen(const QString& path) {
    if (!path.isEmpty()) // else the dialog was cancelled
        setPath(path);
}

void PathChooser::commit() {
    const QString text = path();
    m_edit->setToolTip(text);
    if (text == m_committed)
        return;
    m_committed = text;
    Q_EMIT pathChanged(text);
}

} // namespace quantscope
