#pragma once

#include <QFormLayout>
#include <QWidget>

namespace quantscope {

/// The form that all sections of the study dock use: fields grow, labels stand before them.
inline QFormLayout* makeForm(QWidget* parent) {
    auto* form = new QFormLayout(parent);
    form->setContentsMargins(8, 2, 4, 6);
    form->setHorizontalSpacing(8);
    form->setVerticalSpacing(5);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    return form;
}

} // namespace quantscope
