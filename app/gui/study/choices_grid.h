#pragma once

#include <QCheckBox>
#include <QGridLayout>
#include <QString>
#include <QWidget>

#include <algorithm>
#include <utility>
#include <vector>

namespace quantscope {

/// Values that can be chosen together, a check box each, in columns.
template <typename Value>
class ChoicesGrid {
public:
    struct Entry {
        Value value;
        QString title;
        QString toolTip;
    };

    /// @param changed  called when a person changes a choice
    template <typename Changed>
    ChoicesGrid(const std::vector<Entry>& entries, int columns, Changed changed)
        : m_widget(new QWidget) {
        auto* grid = new QGridLayout(m_widget);
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setVerticalSpacing(2);
        for (const Entry& entry : entries) {
            auto* box = new QCheckBox(entry.title);
            box->setToolTip(entry.toolTip);
            const int index = static_cast<int>(m_boxes.size());
            grid->addWidget(box, index / columns, index % columns);
            m_boxes.emplace_back(entry.value, box);
            QObject::connect(box, &QCheckBox::toggled, m_widget, changed);
        }
    }

    /// Belongs to the layout it is put into.
    QWidget* widget() const { return m_widget; }

    std::vector<Value> chosen() const {
        std::vector<Value> values;
        for (const auto& [value, box] : m_boxes)
            if (box->isChecked())
                values.push_back(value);
        return values;
    }

    void choose(const std::vector<Value>& values) {
        for (const auto& [value, box] : m_boxes)
            box->setChecked(std::find(values.begin(), values.end(), value) != values.end());
    }

    bool any() const { return !chosen().empty(); }

private:
    QWidget* m_widget;
    std::vector<std::pair<Value, QCheckBox*>> m_boxes;
};

} // namespace quantscope
