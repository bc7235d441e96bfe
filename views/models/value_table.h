#pragma once

#include "core/data/pages/common.h"

#include <QAbstractTableModel>
#include <QColor>

#include <vector>

class QTableView;

namespace quantscope {

/// One cell: what is shown and what it is sorted by.
struct ValueCell {
    QString text;
    double number = notMeasured; ///< sorted by where finite, and aligned right
    bool numeric = false;
    QString toolTip;

    static ValueCell ofText(const QString& text, const QString& toolTip = {});
    static ValueCell ofNumber(double value);
    static ValueCell ofInterval(const Interval& interval);
    static ValueCell ofShare(double share); ///< in percent
};

struct ValueColumn {
    QString title;
    QString toolTip;
};

/// A small read-only table of values that are already in memory.
class ValueTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role { SortRole = Qt::UserRole };

    explicit ValueTable(QObject* parent = nullptr);

    void setTable(std::vector<ValueColumn> columns, std::vector<std::vector<ValueCell>> rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<ValueColumn> m_columns;
    std::vector<std::vector<ValueCell>> m_rows;
};

/// The look that all tables share: dense rows, no grid, whole rows selected, copying with Ctrl+C.
void setUpTable(QTableView* view);

/// The selected cells as text with tabs, rows in the order shown.
QString selectedCellsAsText(const QTableView& view);

} // namespace quantscope
