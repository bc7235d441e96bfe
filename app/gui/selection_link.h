#pragma once

#include "core/data/pages/comparison.h"
#include "core/data/selection_values.h"

#include <QObject>

#include <optional>

namespace quantscope {

class Selection;

/// One selection for two sessions: what is chosen, pinned or named in one is so in the other, by
/// the examples that both have. Without a matching each session keeps its own.
class SelectionLink : public QObject {
    Q_OBJECT

public:
    SelectionLink(Selection& a, Selection& b, QObject* parent = nullptr);

    /// From now on examples are these partners; B takes over what A has.
    void setMatching(const ExampleMatching& matching);
    void clear();

private:
    struct Side {
        Selection* selection;
        SelectionValues known; ///< what the other side was told last
    };

    void follow(Side& done, Side& follows, const ExampleMatching& matching);

    Side m_a;
    Side m_b;
    std::optional<ExampleMatching> m_fromA;
    ExampleMatching m_fromB; ///< the same with the sides exchanged
    bool m_following = false;
};

} // namespace quantscope
