#include "app/gui/selection_link.h"

#include "core/comparison/matched_selection.h"
#include "views/models/selection.h"

namespace quantscope {

SelectionLink::SelectionLink(Selection& a, Selection& b, QObject* parent)
    : QObject(parent)
    , m_a{&a, a.values()}
    , m_b{&b, b.values()} {
    const auto wire = [this](Selection* selection, auto slot) {
        for (const auto signal :
             {&Selection::primaryChanged, &Selection::selectionChanged, &Selection::tokenChanged,
              &Selection::layerChanged, &Selection::groupsChanged})
            connect(selection, signal, this, slot);
    };
    wire(&a, [this] {
        if (m_fromA)
            follow(m_a, m_b, *m_fromA);
    });
    wire(&b, [this] {
        if (m_fromA)
            follow(m_b, m_a, m_fromB);
    });
}

void SelectionLink::setMatching(const ExampleMatching& matching) {
    m_fromA = matching;
    m_fromB = exchanged(matching);
    m_following = true;
    m_b.selection->restore(selectionInB(m_a.selection->values(), matching,
                                        m_b.selection->values()));
    m_following = false;
    m_a.known = m_a.selection->values();
    m_b.known = m_b.selection->values();
}

void SelectionLink::clear() { m_fromA.reset(); }

void SelectionLink::follow(Side& done, Side& follows, const ExampleMatching& matching) {
    if (m_following)
        return;
    m_following = true;
    const SelectionValues now = done.selection->values();
    follows.selection->restore(
        followSelection(done.known, now, matching, follows.selection->values()));
    m_following = false;
    done.known = now;
    follows.known = follows.selection->values();
}

} // namespace quantscope
