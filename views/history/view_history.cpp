#include "views/history/view_history.h"

#include "views/models/selection.h"
#include "views/pages/page.h"

#include <QApplication>
#include <QEvent>
#include <QUndoCommand>

#include <algorithm>

namespace quantscope {

namespace {

constexpr int restMilliseconds = 300; ///< without input, until what was done counts as one step
constexpr int rememberedSteps = 200;

bool isInput(QEvent::Type type) {
    return type == QEvent::MouseButtonPress || type == QEvent::MouseButtonRelease ||
           type == QEvent::MouseButtonDblClick || type == QEvent::Wheel || type == QEvent::KeyPress;
}

/// Those entries of `view` that `other` has with another value.
PageView differing(const PageView& view, const PageView& other) {
    PageView different;
    for (auto entry = view.begin(); entry != view.end(); ++entry) {
        const auto found = other.find(entry.key());
        if (found != other.end() && *found != *entry)
            different.insert(entry.key(), *entry);
    }
    return different;
}

} // namespace

class ViewHistory::Change : public QUndoCommand {
public:
    Change(ViewHistory& history, Page* page, State before, State after, const QString& text)
        : QUndoCommand(text)
        , m_history(history)
        , m_page(page)
        , m_before(std::move(before))
        , m_after(std::move(after)) {}

    void undo() override { m_history.apply(m_page, m_before); }

    void redo() override {
        if (m_done) // pushing a command redoes it, but the person has done it already
            m_history.apply(m_page, m_after);
        m_done = true;
    }

private:
    ViewHistory& m_history;
    QPointer<Page> m_page;
    State m_before;
    State m_after;
    bool m_done = false;
};

ViewHistory::ViewHistory(std::vector<Page*> pages, Selection& selection, QObject* parent)
    : QObject(parent)
    , m_pages(std::move(pages))
    , m_selection(selection)
    , m_setsBefore(sets()) {
    m_stack.setUndoLimit(rememberedSteps);
    m_rest.setSingleShot(true);
    m_rest.setInterval(restMilliseconds);
    connect(&m_rest, &QTimer::timeout, this, &ViewHistory::conclude);
    const auto setsChanged = [this] {
        if (!m_applying && !m_pending)
            begin(nullptr);
    };
    connect(&selection, &Selection::selectionChanged, this, setsChanged);
    connect(&selection, &Selection::groupsChanged, this, setsChanged);
    qApp->installEventFilter(this);
}

ViewHistory::~ViewHistory() = default;

void ViewHistory::forget() {
    m_rest.stop();
    m_pending = false;
    m_stack.clear();
    m_setsBefore = sets();
}

/// A single selected example is no more than the one looked at: nobody wants that back.
SelectionValues ViewHistory::sets() const {
    SelectionValues values;
    if (m_selection.selected().size() > 1)
        values.selected = m_selection.selected();
    values.pinned = m_selection.pinned();
    values.groups = m_selection.groups();
    return values;
}

Page* ViewHistory::pageOf(QObject* object) const {
    // By parents of objects, so that menus and lists that open above a page belong to it.
    for (; object; object = object->parent()) {
        if (auto* page = qobject_cast<Page*>(object))
            return std::find(m_pages.begin(), m_pages.end(), page) != m_pages.end() ? page
                                                                                    : nullptr;
    }
    return nullptr;
}

void ViewHistory::begin(Page* page) {
    m_pending = true;
    m_page = page;
    m_before = page ? pageView(*page) : PageView();
    m_rest.start();
}

bool ViewHistory::eventFilter(QObject* watched, QEvent* event) {
    if (!isInput(event->type()) || m_applying || !watched->isWidgetType())
        return false;
    Page* page = pageOf(watched);
    if (!page)
        return false;
    if (m_pending && m_page != page)
        conclude();
    if (m_pending)
        m_rest.start();
    else
        begin(page);
    return false;
}

void ViewHistory::conclude() {
    // A menu that is open or a button that is held belongs to what is still being done.
    if (QApplication::mouseButtons() != Qt::NoButton || QApplication::activePopupWidget()) {
        m_rest.start();
        return;
    }
    m_rest.stop();
    m_pending = false;
    const PageView view = m_page ? pageView(*m_page) : PageView();
    State before{differing(m_before, view), m_setsBefore};
    State after{differing(view, m_before), sets()};
    m_setsBefore = after.selection;
    const bool sameSets = before.selection == after.selection;
    if (before.view.isEmpty() && sameSets)
        return;
    QString text;
    if (m_page && !before.view.isEmpty())
        text = viewPartTitle(*m_page, before.view.firstKey());
    if (text.isEmpty())
        text = sameSets ? tr("view") : tr("selection");
    m_stack.push(new Change(*this, m_page, std::move(before), std::move(after), text));
}

void ViewHistory::apply(Page* page, const State& state) {
    m_applying = true;
    m_rest.stop();
    m_pending = false;
    m_selection.setGroups(state.selection.groups); // first: pages offer them among their controls
    if (page && !state.view.isEmpty()) {
        Q_EMIT pageWanted(page);
        restorePageView(*page, state.view);
    }
    m_selection.setSelected(state.selection.selected);
    m_selection.setPinned(state.selection.pinned);
    m_setsBefore = sets();
    m_applying = false;
}

} // namespace quantscope
