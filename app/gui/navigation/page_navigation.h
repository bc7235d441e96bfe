#pragma once

#include <QObject>

#include <vector>

class QComboBox;
class QListView;
class QStandardItemModel;
class QWidget;

namespace quantscope {

/// Chooses among pages in groups: a list beside the pages where there is room for one, else a row
/// above them with a drop-down. Both show the same model; the owner places them.
class PageNavigation : public QObject {
    Q_OBJECT

public:
    explicit PageNavigation(QWidget* parent);

    QWidget* list() const;
    QWidget* row() const { return m_row; }

    void addGroup(const QString& title);
    /// @param page  what pageChosen says
    void addPage(int page, const QString& title);
    /// Shows which page is the current one; chooses nothing.
    void setCurrent(int page);
    /// The page some steps on in the order offered, around the ends; -1 without any.
    int neighbour(int steps) const;
    /// All pages in the order offered.
    std::vector<int> order() const;

Q_SIGNALS:
    void pageChosen(int page);

private:
    int rowOf(int page) const;
    int pageAt(int row) const; ///< -1 for a group's title
    void choose(int row);

    QStandardItemModel* m_model;
    QListView* m_list;
    QWidget* m_row;
    QComboBox* m_combo;
    int m_current = -1;
};

} // namespace quantscope
