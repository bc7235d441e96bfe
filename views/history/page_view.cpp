#include "views/history/page_view.h"

#include "views/plots/plot_widget.h"

#include <QAbstractButton>
#include <QAbstractSlider>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QScrollBar>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>

#include <map>

namespace quantscope {

namespace {

/// What a control says; invalid for a widget that is no control.
QVariant valueOf(const QWidget& widget) {
    if (const auto* plot = qobject_cast<const PlotWidget*>(&widget))
        return plot->viewState();
    if (const auto* combo = qobject_cast<const QComboBox*>(&widget))
        return combo->currentText();
    if (const auto* spin = qobject_cast<const QSpinBox*>(&widget))
        return spin->value();
    if (const auto* spin = qobject_cast<const QDoubleSpinBox*>(&widget))
        return spin->value();
    if (const auto* tabs = qobject_cast<const QTabWidget*>(&widget))
        return tabs->currentIndex();
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget))
        return button->isCheckable() ? QVariant(button->isChecked()) : QVariant();
    if (const auto* edit = qobject_cast<const QLineEdit*>(&widget))
        return edit->text();
    if (const auto* table = qobject_cast<const QTableView*>(&widget)) {
        const QHeaderView* header = table->horizontalHeader();
        if (header->isSortIndicatorShown())
            return QVariantList{header->sortIndicatorSection(),
                                static_cast<int>(header->sortIndicatorOrder())};
        return {};
    }
    if (qobject_cast<const QScrollBar*>(&widget))
        return {};
    if (const auto* slider = qobject_cast<const QAbstractSlider*>(&widget))
        return slider->value();
    return {};
}

void setValue(QWidget& widget, const QVariant& value) {
    if (auto* plot = qobject_cast<PlotWidget*>(&widget)) {
        plot->restoreView(value.toMap());
    } else if (auto* combo = qobject_cast<QComboBox*>(&widget)) {
        if (const int index = combo->findText(value.toString()); index >= 0)
            combo->setCurrentIndex(index);
    } else if (auto* spin = qobject_cast<QSpinBox*>(&widget)) {
        spin->setValue(value.toInt());
    } else if (auto* spin = qobject_cast<QDoubleSpinBox*>(&widget)) {
        spin->setValue(value.toDouble());
    } else if (auto* tabs = qobject_cast<QTabWidget*>(&widget)) {
        tabs->setCurrentIndex(value.toInt());
    } else if (auto* button = qobject_cast<QAbstractButton*>(&widget)) {
        // One of several that exclude each other is put out by the one that is put in.
        if (button->isChecked() != value.toBool() && !(button->group() && !value.toBool()))
            button->click();
    } else if (auto* edit = qobject_cast<QLineEdit*>(&widget)) {
        edit->setText(value.toString());
    } else if (auto* table = qobject_cast<QTableView*>(&widget)) {
        const QVariantList sorting = value.toList();
        if (sorting.size() == 2)
            table->sortByColumn(sorting[0].toInt(), static_cast<Qt::SortOrder>(sorting[1].toInt()));
    } else if (auto* slider = qobject_cast<QAbstractSlider*>(&widget)) {
        slider->setValue(value.toInt());
    }
}

/// True for what is inside of another control: the text of a spin box, the list of a combo box.
bool isPartOfControl(const QWidget& widget, const QWidget& page) {
    for (const QWidget* parent = widget.parentWidget(); parent && parent != &page;
         parent = parent->parentWidget()) {
        if (qobject_cast<const QComboBox*>(parent) || qobject_cast<const QAbstractSpinBox*>(parent) ||
            qobject_cast<const PlotWidget*>(parent) || qobject_cast<const QTableView*>(parent))
            return true;
    }
    return false;
}

QString nameOf(const QWidget& widget) {
    if (!widget.objectName().isEmpty())
        return widget.objectName();
    if (!widget.accessibleName().isEmpty())
        return widget.accessibleName();
    return QString::fromLatin1(widget.metaObject()->className());
}

/// Controls by name; those of one name are numbered in their order.
std::map<QString, QWidget*> controlsOf(const QWidget& page) {
    std::map<QString, QWidget*> controls;
    std::map<QString, int> sameName;
    const auto widgets = page.findChildren<QWidget*>();
    for (QWidget* widget : widgets) {
        if (isPartOfControl(*widget, page) || !valueOf(*widget).isValid())
            continue;
        const QString name = nameOf(*widget);
        const int number = ++sameName[name];
        controls[number == 1 ? name : QStringLiteral("%1#%2").arg(name).arg(number)] = widget;
    }
    return controls;
}

} // namespace

PageView pageView(const QWidget& page) {
    PageView view;
    for (const auto& [name, widget] : controlsOf(page))
        view[name] = valueOf(*widget);
    return view;
}

void restorePageView(QWidget& page, const PageView& view) {
    const std::map<QString, QWidget*> controls = controlsOf(page);
    // Plots last: what a control changes may show all of a plot again.
    for (const bool plots : {false, true}) {
        for (const auto& [name, widget] : controls) {
            const auto value = view.find(name);
            if (value != view.end() && (qobject_cast<PlotWidget*>(widget) != nullptr) == plots)
                setValue(*widget, *value);
        }
    }
}

QString viewPartTitle(const QWidget& page, const QString& part) {
    const std::map<QString, QWidget*> controls = controlsOf(page);
    const auto found = controls.find(part);
    return found == controls.end() ? QString() : found->second->accessibleName();
}

} // namespace quantscope
