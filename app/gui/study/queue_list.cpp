#include "app/gui/study/queue_list.h"

#include <QFileInfo>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int mostRows = 4; ///< shown without scrolling

} // namespace

QueueList::QueueList(QWidget* parent)
    : QWidget(parent)
    , m_title(new QLabel(tr("Waiting:")))
    , m_list(new QListWidget)
    , m_forget(new QPushButton(tr("Re&move from the queue"))) {
    m_list->setAccessibleName(tr("Studies that wait"));
    m_forget->setAutoDefault(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3);
    layout->addWidget(m_title);
    layout->addWidget(m_list);
    layout->addWidget(m_forget);
    connect(m_forget, &QPushButton::clicked, this, [this] {
        if (m_list->currentRow() >= 0)
            Q_EMIT forgetRequested(m_list->currentRow());
    });
    hide();
}

void QueueList::setSessions(const QStringList& paths) {
    const int row = m_list->currentRow();
    m_list->clear();
    for (const QString& path : paths) {
        auto* item = new QListWidgetItem(QFileInfo(path).fileName(), m_list);
        item->setToolTip(path);
    }
    m_list->setCurrentRow(std::clamp(row, 0, std::max(0, m_list->count() - 1)));
    const int rows = std::min(mostRows, m_list->count());
    m_list->setFixedHeight(rows * m_list->sizeHintForRow(0) + 2 * m_list->frameWidth());
    setVisible(!paths.isEmpty());
}

} // namespace quantscope
