#pragma once

#include <QFormLayout>
#include <QToolButton>
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

/// A button below one of their lists.
inline QToolButton* makeButton(const QString& text, const QString& toolTip) {
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(toolTip);
    return button;
}

} // namespace quantscope
