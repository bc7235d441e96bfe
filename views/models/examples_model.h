#pragma once

#include "core/data/pages/examples.h"
#include "views/models/selection.h"

#include <QAbstractTableModel>
#include <QPointer>
#include <QSortFilterProxyModel>

#include <memory>
#include <optional>
#include <vector>

namespace quantscope {

/// Every example a row: index, excerpt, tokens, set, the numbers, the labels, the groups.
class ExamplesModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role {
        SortRole = Qt::UserRole, ///< a number or text to sort and filter by
        BarRole, ///< −1 … 1: the value over the column's largest; absent: no bar
    };
    enum FixedColumn { Index, Excerpt, Tokens, Set, FixedColumns };

    explicit ExamplesModel(QObject* parent = nullptr);

    void setValues(std::shared_ptr<const ExamplesValues> values);
    const ExamplesValues* values() const { return m_values.get(); }
    /// Groups and pins are shown; null: none.
    void setSelection(Selection* selection);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The column whose header is `name` (case ignored), also a number's name alone.
    std::optional<int> findColumn(const QString& name) const;
    bool isNumeric(int column) const;

private:
    QVariant display(std::size_t row, int column) const;
    QVariant sortKey(std::size_t row, int column) const;
    double number(std::size_t row, int column) const;
    const LabelColumn* label(int column) const;
    int groupsColumn() const { return columnCount() - 1; }
    QString groupsOf(std::size_t example) const;

    std::shared_ptr<const ExamplesValues> m_values;
    std::vector<double> m_largest; ///< absolute value, of each numeric column
    QPointer<Selection> m_selection;
};

/// Sorts and filters the examples. What was not measured sorts last in both directions.
class ExamplesFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    enum class Set { All, Large, Control, Selected, Pinned };

    explicit ExamplesFilter(QObject* parent = nullptr);

    /// Words that must all occur in the excerpt, a label or a group, and conditions on a column
    /// such as `tokens>100`, `error[gptq]<0.1` or `register=code`. Conditions on columns that do
    /// not exist are taken as words.
    void setQuery(const QString& query);
    void setSet(Set set);
    void setSelection(Selection* selection);

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex& sourceParent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    enum class Comparison { Less, Greater, Equal };
    struct Condition {
        int column = 0;
        Comparison comparison = Comparison::Equal;
        QString text;
        double number = 0;
        bool numeric = false;
    };

    void parse();
    bool inSet(std::size_t example) const;
    bool contains(int row, const QString& word) const;
    bool holds(int row, const Condition& condition) const;

    QString m_query;
    QStringList m_words;
    std::vector<Condition> m_conditions;
    Set m_set = Set::All;
    QPointer<Selection> m_selection;
};

} // namespace quantscope
