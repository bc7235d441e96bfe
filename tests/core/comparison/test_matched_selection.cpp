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

    void whatAPersonDoesIsFollowed() {
        ExampleMatching matching;
        matching.pairs = {{0, 5}, {1, 3}, {4, 0}};
        SelectionValues before;
        before.pinned = {0, 2};
        before.groups = {{"hard", {0}}, {"gone", {1}}};
        SelectionValues after = before;
        after.primary = 1;
        after.token = 6;
        after.layer = 3;
        after.selected = {0, 2, 4};
        after.pinned = {2, 4};                       // 0 is unpinned, 4 is pinned
        after.groups = {{"hard", {0, 1}}, {"new", {2}}};
        SelectionValues other;
        other.primary = 8;
        other.selected = {8};
        other.pinned = {5, 7};                       // 7 is its own
        other.groups = {{"hard", {5, 9}}, {"gone", {3}}, {"own", {0}}};

        const SelectionValues b = followSelection(before, after, matching, other);
        QCOMPARE(b.primary, std::optional<std::size_t>(3));
        QCOMPARE(b.token, std::optional<std::size_t>(6));
        QCOMPARE(b.layer, std::optional<std::size_t>(3));
        QVERIFY((b.selected == std::vector<std::size_t>{0, 5}));
        QVERIFY((b.pinned == std::vector<std::size_t>{0, 7}));
        const std::vector<ExampleGroup> groups = {
            {"own", {0}}, {"hard", {3, 5, 9}}, {"new", {}}};
        QVERIFY(b.groups == groups);

        // Nothing done, nothing followed; another way round the same pairs count.
        QVERIFY(followSelection(before, before, matching, other) == other);
        SelectionValues chosen = other;
        chosen.primary = 0;
        QCOMPARE(followSelection(other, chosen, exchanged(matching), before).primary,
                 std::optional<std::size_t>(4));
        matching.by = MatchedBy::Text;
        QVERIFY(!followSelection(before, after, matching, other).token);
    }
};

QTEST_GUILESS_MAIN(TestMatchedSelection)
#include "test_matched_selection.moc"
