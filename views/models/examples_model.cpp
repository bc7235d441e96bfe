#include "views/models/examples_model.h"

#include "views/plots/plot_style.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

template <typename T>
T valueAt(const std::vector<T>& values, std::size_t row, T otherwise) {
    return row < values.size() ? values[row] : otherwise;
}

} // namespace

ExamplesModel::ExamplesModel(QObject* parent) : QAbstractTableModel(parent) {}

void ExamplesModel::setValues(std::shared_ptr<const ExamplesValues> values) {
    beginResetModel();
    m_values = std::move(values);
    m_largest.clear();
    if (m_values) {
        for (const ExampleColumn& column : m_values->columns) {
            double largest = 0;
            for (const double value : column.values) {
                if (std::isfinite(value))
                    largest = std::max(largest, std::abs(value));
            }
            m_largest.push_back(largest);
        }
    }
    endResetModel();
}

void ExamplesModel::setSelection(Selection* selection) {
    if (m_selection)
        disconnect(m_selection, nullptr, this, nullptr);
    m_selection = selection;
    if (!selection)
        return;
    const auto changed = [this](int column) {
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, column), index(rowCount() - 1, column));
    };
    connect(selection, &Selection::groupsChanged, this, [=, this] { changed(groupsColumn()); });
    connect(selection, &Selection::selectionChanged, this, [=] { changed(Index); });
}

int ExamplesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() || !m_values ? 0 : static_cast<int>(m_values->excerpts.size());
}

int ExamplesModel::columnCount(const QModelIndex& parent) const {
    if (parent.isValid() || !m_values)
        return 0;
    return FixedColumns + static_cast<int>(m_values->columns.size() + m_values->labels.size()) + 1;
}

bool ExamplesModel::isNumeric(int column) const {
    return column == Index || column == Tokens ||
           (column >= FixedColumns &&
            column < FixedColumns + static_cast<int>(m_values->columns.size()));
}

const LabelColumn* ExamplesModel::label(int column) const {
    const int first = FixedColumns + static_cast<int>(m_values->columns.size());
    const int last = first + static_cast<int>(m_values->labels.size());
    if (column < first || column >= last)
        return nullptr;
    return &m_values->labels[static_cast<std::size_t>(column - first)];
}

double ExamplesModel::number(std::size_t row, int column) const {
    if (column == Index)
        return static_cast<double>(row);
    if (column == Tokens)
        return row < m_values->tokens.size() ? static_cast<double>(m_values->tokens[row])
                                             : notMeasured;
    return valueAt(m_values->columns[static_cast<std::size_t>(column - FixedColumns)].values, row,
                   notMeasured);
}

QString ExamplesModel::groupsOf(std::size_t example) const {
    QStringList names;
    if (m_selection) {
        for (const ExampleGroup& group : m_selection->groups()) {
            if (std::binary_search(group.examples.begin(), group.examples.end(), example))
                names.append(QString::fromStdString(group.name));
        }
    }
    return names.join(QStringLiteral(", "));
}

QVariant ExamplesModel::display(std::size_t row, int column) const {
    if (column == Index) {
        const bool pinned = m_selection && m_selection->isPinned(row);
        return pinned ? QStringLiteral("◆ %1").arg(row) : QString::number(row);
    }
    if (column == Excerpt) // Line breaks would show a row's first line only.
        return QString::fromStdString(m_values->excerpts[row]).simplified();
    if (column == Tokens)
        return row < m_values->tokens.size() ? QVariant::fromValue(m_values->tokens[row])
                                             : QVariant();
    if (column == Set) {
        const bool large = valueAt<std::uint8_t>(m_values->large, row, 0) != 0;
        const bool control = valueAt<std::uint8_t>(m_values->control, row, 0) != 0;
        return large ? tr("D_large") : control ? tr("D_ctrl") : QString();
    }
    if (isNumeric(column))
        return formatNumber(number(row, column));
    if (const LabelColumn* labels = label(column))
        return QString::fromStdString(valueAt(labels->values, row, std::string()));
    return groupsOf(row);
}

QVariant ExamplesModel::sortKey(std::size_t row, int column) const {
    return isNumeric(column) ? QVariant(number(row, column)) : display(row, column);
}

QVariant ExamplesModel::data(const QModelIndex& index, int role) const {
    if (!m_values || !index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return display(row, column);
    case SortRole:
        return sortKey(row, column);
    case Qt::TextAlignmentRole:
        return QVariant(isNumeric(column) ? Qt::AlignRight | Qt::AlignVCenter
                                          : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return column == Excerpt ? QVariant(QString::fromStdString(m_values->excerpts[row]))
                                 : QVariant();
    case BarRole: {
        if (!isNumeric(column) || column < FixedColumns)
            return {};
        const double largest = m_largest[static_cast<std::size_t>(column - FixedColumns)];
        const double value = number(row, column);
        return largest > 0 && std::isfinite(value) ? QVariant(value / largest) : QVariant();
    }
    default:
        return {};
    }
}

QVariant ExamplesModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || !m_values || section < 0 || section >= columnCount())
        return {};
    const bool number = section >= FixedColumns && isNumeric(section);
    if (role == Qt::ToolTipRole && number) {
        const ExampleColumn& column =
            m_values->columns[static_cast<std::size_t>(section - FixedColumns)];
        const QString name = QString::fromStdString(column.name);
        return column.unit.empty() ? name
                                   : tr("%1 in %2").arg(name, QString::fromStdString(column.unit));
    }
    if (role == Qt::TextAlignmentRole)
        return QVariant(isNumeric(section) ? Qt::AlignRight | Qt::AlignVCenter
                                           : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Index:
        return tr("Example");
    case Excerpt:
        return tr("Text");
    case Tokens:
        return tr("Tokens");
    case Set:
        return tr("Set");
    default:
        break;
    }
    if (number)
        return QString::fromStdString(
            m_values->columns[static_cast<std::size_t>(section - FixedColumns)].name);
    if (const LabelColumn* labels = label(section))
        return QString::fromStdString(labels->name);
    return tr("Groups");
}

std::optional<int> ExamplesModel::findColumn(const QString& name) const {
    for (int column = 0; column < columnCount(); ++column) {
        const QString header = headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        if (header.compare(name, Qt::CaseInsensitive) == 0)
            return column;
    }
    return std::nullopt;
}

} // namespace quantscope
