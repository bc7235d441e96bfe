#pragma once

#include "core/data/pages/examples.h"
#include "views/pages/page.h"

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QTableView;

namespace quantscope {

class ExamplesFilter;
class ExamplesModel;

/// Every example with its numbers: sort, filter, search, group. What is selected here is selected
/// everywhere.
class ExamplesPage : public Page {
    Q_OBJECT

public:
    explicit ExamplesPage(QWidget* parent = nullptr);

    /// Lets the person type words to find.
    void find();
    QString title() const override;
    QString helpText() const override;
    void setSelection(Selection* selection) override;

    void setValues(std::shared_ptr<const ExamplesValues> values);

private:
    void showSets();
    void readTableSelection();
    void showSharedSelection();
    void showCount();
    void copyCells() const;
    void nameGroup();
    void openMenu(const QPoint& position);

    QLineEdit* m_search = nullptr;
    QComboBox* m_set = nullptr;
    QLabel* m_count = nullptr;
    QTableView* m_table = nullptr;
    ExamplesModel* m_model = nullptr;
    ExamplesFilter* m_filter = nullptr;
    bool m_followingSelection = false;
};

} // namespace quantscope
