#include "views/pages/examples_page.h"

#include "views/models/bar_delegate.h"
#include "views/models/examples_model.h"
#include "views/models/value_table.h"
#include "views/pages/flow_layout.h"
#include "views/pages/page_layout.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>
#include <QVBoxLayout>

namespace quantscope {

ExamplesPage::ExamplesPage(QWidget* parent) : Page(parent) {
    m_model = new ExamplesModel(this);
    m_filter = new ExamplesFilter(this);
    m_filter->setSourceModel(m_model);
    m_search = new QLineEdit;
    m_search->setPlaceholderText(tr("Words, or conditions such as tokens>100"));
    m_search->setClearButtonEnabled(true);
    m_set = new QComboBox;
    m_count = new QLabel;
    FlowLayout* row = addControlRow(body());
    addControl(row, tr("&Find:"), m_search);
    m_search->setMinimumWidth(320);
    addControl(row, tr("Sho&w:"), m_set);
    row->addWidget(m_count);
    m_table = new QTableView;
    m_table->setModel(m_filter);
    setUpTable(m_table);
    m_table->setAccessibleName(tr("Examples"));
    m_table->setItemDelegate(new BarDelegate(m_table));
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    static_cast<QVBoxLayout*>(body()->layout())->addWidget(m_table, 1); // all that is left
    showSets();

    connect(m_search, &QLineEdit::textChanged, m_filter, &ExamplesFilter::setQuery);
    connect(m_set, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_filter->setSet(static_cast<ExamplesFilter::Set>(m_set->itemData(index).toInt()));
    });
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_filter, signal, this, &ExamplesPage::showCount);
    connect(m_filter, &QAbstractItemModel::modelReset, this, &ExamplesPage::showCount);
    connect(m_filter, &QAbstractItemModel::layoutChanged, this, &ExamplesPage::showCount);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ExamplesPage::readTableSelection);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &ExamplesPage::readTableSelection);
    connect(m_table, &QWidget::customContextMenuRequested, this, &ExamplesPage::openMenu);
}

QString ExamplesPage::title() const { return tr("Examples"); }

QString ExamplesPage::helpText() const {
    return tr("<p>Every example with its losses and errors. Click a header to sort, type to "
              "search. A condition such as <tt>tokens&gt;100</tt> or <tt>register=code</tt> keeps "
              "the rows that meet it; any column's name works.</p><p>What is selected here is "
              "selected everywhere. The context menu pins examples, names groups and copies.</p>");
}

void ExamplesPage::showSets() {
    const std::pair<QString, ExamplesFilter::Set> sets[] = {
        {tr("All examples"), ExamplesFilter::Set::All},
        {tr("D_large"), ExamplesFilter::Set::Large},
        {tr("D_ctrl"), ExamplesFilter::Set::Control},
        {tr("Selected"), ExamplesFilter::Set::Selected},
        {tr("Pinned"), ExamplesFilter::Set::Pinned}};
    for (const auto& [name, set] : sets)
        m_set->addItem(name, static_cast<int>(set));
}

void ExamplesPage::find() {
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void ExamplesPage::setSelection(Selection* selection) {
    if (this->selection())
        disconnect(this->selection(), nullptr, this, nullptr);
    Page::setSelection(selection);
    m_model->setSelection(selection);
    m_filter->setSelection(selection);
    if (!selection)
        return;
    connect(selection, &Selection::primaryChanged, this, &ExamplesPage::showSharedSelection);
    connect(selection, &Selection::selectionChanged, this, &ExamplesPage::showSharedSelection);
    showSharedSelection();
}

void ExamplesPage::setValues(std::shared_ptr<const ExamplesValues> values) {
    if (!values || values->excerpts.empty()) {
        m_model->setValues(nullptr);
        showEmpty(tr("Open a session, or choose a model and text and run a study."));
        return;
    }
    const bool sameColumns =
        m_model->values() && m_model->values()->columns.size() == values->columns.size();
    m_followingSelection = true; // A reset clears the table's selection, not the shared one.
    m_model->setValues(std::move(values));
    m_followingSelection = false;
    if (!sameColumns) {
        m_table->setSortingEnabled(true);
        m_table->sortByColumn(-1, Qt::AscendingOrder);
        QHeaderView* header = m_table->horizontalHeader();
        header->setStretchLastSection(true);
        const int character = m_table->fontMetrics().averageCharWidth();
        for (int column = 0; column < m_filter->columnCount(); ++column) {
            const int content =
                std::max(m_table->horizontalHeader()->sectionSizeHint(column), 10 * character);
            header->resizeSection(column,
                                  column == ExamplesModel::Excerpt ? 44 * character : content);
        }
    }
    showCount();
    showReady();
    showSharedSelection();
}

void ExamplesPage::showCount() {
    m_count->setText(tr("%1 of %2").arg(m_filter->rowCount()).arg(m_model->rowCount()));
}

void ExamplesPage::readTableSelection() {
    if (m_followingSelection || !selection())
        return;
    m_followingSelection = true;
    std::vector<std::size_t> examples;
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    for (const QModelIndex& row : rows)
        examples.push_back(static_cast<std::size_t>(m_filter->mapToSource(row).row()));
    const QModelIndex current = m_filter->mapToSource(m_table->currentIndex());
    if (current.isValid())
        selection()->setPrimary(static_cast<std::size_t>(current.row()));
    selection()->setSelected(std::move(examples));
    m_followingSelection = false;
}

void ExamplesPage::showSharedSelection() {
    if (m_followingSelection || !selection() || m_model->rowCount() == 0)
        return;
    m_followingSelection = true;
    QItemSelection rows;
    const int lastColumn = m_filter->columnCount() - 1;
    std::vector<std::size_t> examples = selection()->selected();
    if (examples.empty() && selection()->primary())
        examples.push_back(*selection()->primary());
    for (const std::size_t example : examples) {
        if (example >= static_cast<std::size_t>(m_model->rowCount()))
            continue;
        const QModelIndex row =
            m_filter->mapFromSource(m_model->index(static_cast<int>(example), 0));
        if (row.isValid())
            rows.select(row, row.siblingAtColumn(lastColumn));
    }
    m_table->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
    if (selection()->primary() &&
        *selection()->primary() < static_cast<std::size_t>(m_model->rowCount())) {
        const QModelIndex current =
            m_filter->mapFromSource(m_model->index(static_cast<int>(*selection()->primary()), 0));
        if (current.isValid()) {
            m_table->selectionModel()->setCurrentIndex(current, QItemSelectionModel::NoUpdate);
            m_table->scrollTo(current);
        }
    }
    m_followingSelection = false;
}

void ExamplesPage::nameGroup() {
    if (!selection() || selection()->selected().empty())
        return;
    const QString name =
        QInputDialog::getText(this, tr("Name a group"), tr("Name of the selected examples:"));
    if (!name.trimmed().isEmpty())
        selection()->setGroup(name.trimmed().toStdString(), selection()->selected());
}

void ExamplesPage::copyCells() const {
    QApplication::clipboard()->setText(selectedCellsAsText(*m_table));
}

void ExamplesPage::openMenu(const QPoint& position) {
    QMenu menu(this);
    const QModelIndex row = m_filter->mapToSource(m_table->indexAt(position));
    if (selection() && row.isValid()) {
        const auto example = static_cast<std::size_t>(row.row());
        const bool pinned = selection()->isPinned(example);
        menu.addAction(
            pinned ? tr("Unpin example %1").arg(example) : tr("Pin example %1").arg(example), this,
            [this, example, pinned] { selection()->setExamplePinned(example, !pinned); });
    }
    if (selection() && !selection()->selected().empty()) {
        menu.addAction(tr("Name the selected examples as a group …"), this,
                       &ExamplesPage::nameGroup);
        for (const ExampleGroup& group : selection()->groups())
            menu.addAction(
                tr("Select group “%1”").arg(QString::fromStdString(group.name)), this,
                [this, examples = group.examples] { selection()->setSelected(examples); });
    }
    menu.addSeparator();
    menu.addAction(tr("Copy rows"), QKeySequence(QKeySequence::Copy), this,
                   &ExamplesPage::copyCells);
    menu.exec(m_table->viewport()->mapToGlobal(position));
}

} // namespace quantscope
