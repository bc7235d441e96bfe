#include "views/models/examples_model.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace quantscope {

ExamplesFilter::ExamplesFilter(QObject* parent) : QSortFilterProxyModel(parent) {
    setSortRole(ExamplesModel::SortRole);
    setSortLocaleAware(true);
}

void ExamplesFilter::setQuery(const QString& query) {
    m_query = query;
    parse();
    invalidateFilter();
}

void ExamplesFilter::setSet(Set set) {
    m_set = set;
    invalidateFilter();
}

void ExamplesFilter::setSelection(Selection* selection) {
    if (m_selection)
        disconnect(m_selection, nullptr, this, nullptr);
    m_selection = selection;
    if (!selection)
        return;
    const auto refresh = [this] {
        // Filtering again on every click would be felt in a long table, so only where it matters.
        if (m_set == Set::Selected || m_set == Set::Pinned)
            invalidateFilter();
    };
    connect(selection, &Selection::selectionChanged, this, refresh);
}

void ExamplesFilter::parse() {
    m_words.clear();
    m_conditions.clear();
    const auto* model = qobject_cast<const ExamplesModel*>(sourceModel());
    // Method names hold '=' and ',', so a condition's column is all up to the last operator.
    static const QRegularExpression pattern(QStringLiteral("^(.+)([<>=])([^<>=]+)$"));
    for (const QString& part : m_query.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const QRegularExpressionMatch match = pattern.match(part);
        const std::optional<int> column =
            match.hasMatch() && model ? model->findColumn(match.captured(1)) : std::nullopt;
        if (!column) {
            m_words.append(part);
            continue;
        }
        Condition condition;
        condition.column = *column;
        const QString sign = match.captured(2);
        condition.comparison = sign == QLatin1String("<")   ? Comparison::Less
                               : sign == QLatin1String(">") ? Comparison::Greater
                                                            : Comparison::Equal;
        condition.text = match.captured(3);
        condition.number = condition.text.toDouble(&condition.numeric);
        condition.numeric = condition.numeric && model->isNumeric(*column);
        m_conditions.push_back(condition);
    }
}

bool ExamplesFilter::inSet(std::size_t example) const {
    const auto* model = qobject_cast<const ExamplesModel*>(sourceModel());
    const ExamplesValues* values = model ? model->values() : nullptr;
    if (!values)
        return false;
    switch (m_set) {
    case Set::All:
        return true;
    case Set::Large:
        return example < values->large.size() && values->large[example] != 0;
    case Set::Control:
        return example < values->control.size() && values->control[example] != 0;
    case Set::Selected:
        return m_selection && std::binary_search(m_selection->selected().begin(),
                                                 m_selection->selected().end(), example);
    case Set::Pinned:
        return m_selection && m_selection->isPinned(example);
    }
    return true;
}

bool ExamplesFilter::contains(int row, const QString& word) const {
    const auto* model = qobject_cast<const ExamplesModel*>(sourceModel());
    for (int column = 0; column < model->columnCount(); ++column) {
        if (model->isNumeric(column))
            continue;
        const QString text = model->index(row, column).data(Qt::DisplayRole).toString();
        if (text.contains(word, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

bool ExamplesFilter::holds(int row, const Condition& condition) const {
    const QVariant value =
        sourceModel()->index(row, condition.column).data(ExamplesModel::SortRole);
    if (condition.numeric) {
        const double number = value.toDouble();
        switch (condition.comparison) {
        case Comparison::Less:
            return number < condition.number;
        case Comparison::Greater:
            return number > condition.number;
        case Comparison::Equal:
            return number == condition.number;
        }
    }
    const int order = value.toString().compare(condition.text, Qt::CaseInsensitive);
    switch (condition.comparison) {
    case Comparison::Less:
        return order < 0;
    case Comparison::Greater:
        return order > 0;
    case Comparison::Equal:
        return order == 0;
    }
    return false;
}

bool ExamplesFilter::filterAcceptsRow(int sourceRow, const QModelIndex&) const {
    if (!inSet(static_cast<std::size_t>(sourceRow)))
        return false;
    return std::all_of(m_conditions.begin(), m_conditions.end(),
                       [&](const Condition& condition) { return holds(sourceRow, condition); }) &&
           std::all_of(m_words.begin(), m_words.end(),
                       [&](const QString& word) { return contains(sourceRow, word); });
}

bool ExamplesFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const QVariant a = left.data(ExamplesModel::SortRole);
    const QVariant b = right.data(ExamplesModel::SortRole);
    if (a.userType() == QMetaType::Double && b.userType() == QMetaType::Double) {
        const double x = a.toDouble();
        const double y = b.toDouble();
        if (std::isnan(x) || std::isnan(y)) {
            const bool ascending = sortOrder() == Qt::AscendingOrder;
            return ascending ? !std::isnan(x) && std::isnan(y) : std::isnan(x) && !std::isnan(y);
        }
        return x < y;
    }
    return QSortFilterProxyModel::lessThan(left, right);
}

} // namespace quantscope
