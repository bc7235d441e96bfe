#include "views/models/bar_delegate.h"

#include "views/models/examples_model.h"
#include "views/plots/plot_style.h"

#include <QPainter>

#include <cmath>

namespace quantscope {

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    const QVariant share = index.data(ExamplesModel::BarRole);
    if (share.isValid() && !option.state.testFlag(QStyle::State_Selected)) {
        const double value = share.toDouble();
        const QString header =
            index.model()->headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString();
        QColor colour = option.palette.color(QPalette::Mid);
        // Only errors have a direction that colours can speak of.
        if (header.startsWith(QLatin1String("error")))
            colour = QColor(value > 0 ? okabe_ito::orange : okabe_ito::blue);
        colour.setAlpha(isDark(option.palette) ? 110 : 90);
        QRectF bar = QRectF(option.rect).adjusted(2, 2, -2, -2);
        bar.setWidth(bar.width() * std::abs(value));
        painter->fillRect(bar, colour);
    }
    QStyledItemDelegate::paint(painter, option, index);
}

} // namespace quantscope
