#include "core/comparison/matched_selection.h"

#include <QtTest>

using namespace quantscope;

class TestMatchedSelection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void examplesFollowTheirPartners() {
        ExampleMatching matching;
        matching.pairs = {{0, 5}, {1, 3}, {4, 0}};
        SelectionValues a;
        a.primary = 4;
        a.token = 7;
        a.layer = 2;
        a.selected = {0, 1, 2};
        a.pinned = {1, 2};
        a.groups = {{"hard", {0, 2, 4}}, {"odd", {2}}};
        SelectionValues own;
        own.pinned = {3, 9};
        own.groups = {{"hard", {8}}, {"of b", {1, 2}}};

        const SelectionValues b = selectionInB(a, matching, own);
        QCOMPARE(b.primary, std::optional<std::size_t>(0));
        QCOMPARE(b.token, std::optional<std::size_t>(7));
        QCOMPARE(b.layer, std::optional<std::size_t>(2));
        QVERIFY((b.selected == std::vector<std::size_t>{3, 5}));
        QVERIFY((b.pinned == std::vector<std::size_t>{3, 9}));
        QCOMPARE(b.groups.size(), std::size_t(3));
        QVERIFY((b.groups[0].examples == std::vector<std::size_t>{0, 5}));
        QVERIFY(b.groups[1].examples.empty());
        QCOMPARE(b.groups[2].name, std::string("of b"));

        matching.by = MatchedBy::Text;
        QVERIFY(!selectionInB(a, matching).token);
        a.primary = 2; // without a partner
        QVERIFY(!selectionInB(a, matching).primary);
    }
};

QTEST_GUILESS_MAIN(TestMatchedSelection)
#include "test_matched_selection.moc"
