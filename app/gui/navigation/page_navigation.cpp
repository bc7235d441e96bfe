#include "app/gui/navigation/page_navigation.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QScrollBar>
#include <QStandardItemModel>
#include <QToolButton>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int pageRole = Qt::UserRole;
constexpr int visibleRows = 40; ///< of the drop-down: all of them

} // namespace

PageNavigation::PageNavigation(QWidget* parent)
    : QObject(parent)
    , m_model(new QStandardItemModel(this))
    , m_list(new QListView(parent))
    , m_row(new QWidget(parent))
    , m_combo(new QComboBox) {
    m_list->setObjectName(QStringLiteral("page-list"));
    m_list->setAccessibleName(tr("Pages"));
    m_list->setModel(m_model);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setSpacing(1);
    m_combo->setObjectName(QStringLiteral("page-choice"));
    m_combo->setAccessibleName(tr("Page"));
    m_combo->setModel(m_model);
    m_combo->setMaxVisibleItems(visibleRows);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* label = new QLabel(tr("Pa&ge:"));
    label->setBuddy(m_combo);
    auto* layout = new QHBoxLayout(m_row);
    layout->setContentsMargins(8, 2, 8, 2);
    layout->setSpacing(6);
    layout->addWidget(label);
    layout->addWidget(m_combo);
    const auto addStep = [&](Qt::ArrowType arrow, const QString& name, int steps) {
        auto* button = new QToolButton;
        button->setArrowType(arrow);
        button->setAutoRaise(true);
        button->setToolTip(name);
        button->setAccessibleName(name);
        connect(button, &QToolButton::clicked, this, [this, steps] {
            if (const int page = neighbour(steps); page >= 0)
                Q_EMIT pageChosen(page);
        });
        layout->addWidget(button);
    };
    addStep(Qt::LeftArrow, tr("Page before"), -1);
    addStep(Qt::RightArrow, tr("Next page"), 1);
    layout->addStretch();
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) { choose(index.row()); });
    connect(m_combo, &QComboBox::currentIndexChanged, this, &PageNavigation::choose);
}

QWidget* PageNavigation::list() const { return m_list; }

void PageNavigation::addGroup(const QString& title) {
    auto* item = new QStandardItem(title);
    item->setFlags(Qt::NoItemFlags);
    QFont font = m_list->font();
    font.setBold(true);
    item->setFont(font);
    item->setData(-1, pageRole);
    m_model->appendRow(item);
}

void PageNavigation::addPage(int page, const QString& title) {
    auto* item = new QStandardItem(title);
    item->setData(page, pageRole);
    m_model->appendRow(item);
    constexpr int room = 24;
    m_list->setFixedWidth(m_list->sizeHintForColumn(0) +
                          m_list->verticalScrollBar()->sizeHint().width() + room);
}

void PageNavigation::setCurrent(int page) {
    m_current = page; // first: what is current already is not chosen again
    const int row = rowOf(page);
    m_combo->setCurrentIndex(row);
    m_list->setCurrentIndex(m_model->index(row, 0));
}

int PageNavigation::neighbour(int steps) const {
    const std::vector<int> pages = order();
    const auto found = std::find(pages.begin(), pages.end(), m_current);
    if (found == pages.end())
        return pages.empty() ? -1 : pages.front();
    const auto count = static_cast<int>(pages.size());
    const auto place = static_cast<int>(found - pages.begin());
    return pages[static_cast<std::size_t>(((place + steps) % count + count) % count)];
}

std::vector<int> PageNavigation::order() const {
    std::vector<int> pages;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (const int page = pageAt(row); page >= 0)
            pages.push_back(page);
    }
    return pages;
}

int PageNavigation::rowOf(int page) const {
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (pageAt(row) == page)
            return row;
    }
    return -1;
}

int PageNavigation::pageAt(int row) const {
    return row < 0 || row >= m_model->rowCount() ? -1
                                                 : m_model->item(row)->data(pageRole).toInt();
}

void PageNavigation::choose(int row) {
    const int page = pageAt(row);
    if (page >= 0 && page != m_current)
        Q_EMIT pageChosen(page);
}

} // namespace quantscope
