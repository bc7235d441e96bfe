#pragma once

#include <QStyledItemDelegate>

namespace quantscope {

/// Draws a number over a quiet bar of its size (ExamplesModel::BarRole). Errors have the colour of
/// D_large where positive and of D_ctrl where negative; everything else is neutral.
class BarDelegate : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

} // namespace quantscope
