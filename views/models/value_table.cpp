#include "views/models/value_table.h"

#include "views/plots/plot_style.h"

#include <QApplication>
#include <QClipboard>
#include <QFontMetrics>
#include <QHeaderView>
#include <QShortcut>
#include <QTableView>

#include <algorithm>

namespace quantscope {

ValueCell ValueCell::ofText(const QString& text, const QString& toolTip) {
    return {text, notMeasured, false, toolTip};
}

ValueCell ValueCell::ofNumber(double value) { return {formatNumber(value), value, true, {}}; }

ValueCell ValueCell::ofInterval(const Interval& interval) {
    return {formatInterval(interval.value, interval.low, interval.high), interval.value, true, {}};
}

ValueCell ValueCell::ofShare(double share) {
    const QString text =
        share == share ? formatNumber(share * 100) + QStringLiteral(" %") : formatNumber(share);
    return {text, share, true, {}};
}

ValueTable::ValueTable(QObject* parent) : QAbstractTableModel(parent) {}

void ValueTable::setTable(std::vector<ValueColumn> columns,
                          std::vector<std::vector<ValueCell>> rows) {
    beginResetModel();
    m_columns = std::move(columns);
    m_rows = std::move(rows);
    for (std::vector<ValueCell>& row : m_rows)
        row.resize(m_columns.size());
    endResetModel();
}

int ValueTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int ValueTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant ValueTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    const ValueCell& cell =
        m_rows[static_cast<std::size_t>(index.row())][static_cast<std::size_t>(index.column())];
    switch (role) {
    case Qt::DisplayRole:
        return cell.text;
    case Qt::ToolTipRole:
        return cell.toolTip.isEmpty() ? QVariant() : QVariant(cell.toolTip);
    case SortRole:
        return cell.numeric ? QVariant(cell.number) : QVariant(cell.text);
    case Qt::TextAlignmentRole:
        return QVariant(cell.numeric ? Qt::AlignRight | Qt::AlignVCenter
                                     : Qt::AlignLeft | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant ValueTable::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    const ValueColumn& column = m_columns[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole)
        return column.title;
    if (role == Qt::ToolTipRole)
        return column.toolTip.isEmpty() ? QVariant() : QVariant(column.toolTip);
    if (role == Qt::TextAlignmentRole) {
        const bool numeric =
            !m_rows.empty() && m_rows.front()[static_cast<std::size_t>(section)].numeric;
        return QVariant(numeric ? Qt::AlignRight | Qt::AlignVCenter
                                : Qt::AlignLeft | Qt::AlignVCenter);
    }
    return {};
}

void setUpTable(QTableView* view) {
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setAlternatingRowColors(true);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setFrameShape(QFrame::NoFrame);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setFont(withTabularDigits(view->font()));
    view->setTabKeyNavigation(false); // Tab goes on to the next widget.
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(QFontMetrics(view->font()).height() + 7);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setSectionsMovable(true);
    auto* copy = new QShortcut(QKeySequence(QKeySequence::Copy), view);
    copy->setContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QShortcut::activated, view,
                     [view] { QApplication::clipboard()->setText(selectedCellsAsText(*view)); });
}

QString selectedCellsAsText(const QTableView& view) {
    QModelIndexList rows =
        view.selectionModel() ? view.selectionModel()->selectedRows() : QModelIndexList();
    std::sort(rows.begin(), rows.end());
    const QAbstractItemModel* model = view.model();
    QString text;
    const auto addLine = [&](auto cell) {
        bool first = true;
        for (int visual = 0; visual < model->columnCount(); ++visual) {
            const int column = view.horizontalHeader()->logicalIndex(visual);
            if (view.isColumnHidden(column))
                continue;
            if (!first)
                text += QLatin1Char('\t');
            first = false;
            text += cell(column);
        }
        text += QLatin1Char('\n');
    };
    addLine([&](int column) {
        return model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    });
    for (const QModelIndex& row : rows)
        addLine([&](int column) { return row.siblingAtColumn(column).data().toString(); });
    return text;
}

} // namespace quantscope
