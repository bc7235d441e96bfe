#pragma once

#include "core/data/selection_values.h"
#include "views/history/page_view.h"

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QUndoStack>

#include <vector>

namespace quantscope {

class Page;
class Selection;

/// Undo and redo of what a person changes in the views: zoom, colours, axes, the lane or statistic
/// chosen, pinned and grouped examples. A page's view is compared before a mouse button, key or
/// wheel is used on it and once that has come to rest, so pages need not know of it.
class ViewHistory : public QObject {
    Q_OBJECT

public:
    ViewHistory(std::vector<Page*> pages, Selection& selection, QObject* parent = nullptr);
    ~ViewHistory() override;

    QUndoStack& stack() { return m_stack; }
    /// Another session: what was changed before is of no use.
    void forget();

Q_SIGNALS:
    /// Something of this page is about to be put back; it should be seen.
    void pageWanted(const quantscope::Page* page);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    class Change;
    /// What can be put back: a part of a page's view, and the sets of examples.
    struct State {
        PageView view;
        SelectionValues selection;
    };

    Page* pageOf(QObject* object) const;
    SelectionValues sets() const;
    void begin(Page* page);
    void conclude();
    void apply(Page* page, const State& state);

    std::vector<Page*> m_pages;
    Selection& m_selection;
    QUndoStack m_stack;
    QTimer m_rest;
    bool m_pending = false;
    bool m_applying = false;
    QPointer<Page> m_page; ///< the one being worked on; null: the selection alone
    PageView m_before;
    SelectionValues m_setsBefore;
};

} // namespace quantscope
