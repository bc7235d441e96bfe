#include "app/service/view_state.h"

#include <QTest>

using namespace quantscope;

namespace {

SessionData sessionWith(std::size_t examples) {
    SessionData session;
    NamedArray coordinate;
    coordinate.dimensions = {"example"};
    coordinate.shape = {examples};
    coordinate.values = std::vector<std::int32_t>(examples);
    session.arrays["/example"] = coordinate;
    return session;
}

} // namespace

class TestViewState : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundTrip() {
        SessionData session = sessionWith(10);
        SelectionValues selection;
        selection.primary = 3;
        selection.selected = {1, 3};
        selection.pinned = {9};
        selection.groups = {{"lists \"and\" tables", {2, 4}}};
        writeViewState(session, {selection, {}, {}});
        const SelectionValues read = readViewState(session).selection;
        QCOMPARE(read.primary, selection.primary);
        QCOMPARE(read.selected, selection.selected);
        QCOMPARE(read.pinned, selection.pinned);
        QCOMPARE(read.groups.size(), std::size_t(1));
        QCOMPARE(read.groups.front().name, selection.groups.front().name);
        QCOMPARE(read.groups.front().examples, selection.groups.front().examples);
        QVERIFY(!read.token);
    }

    void pagesAndTheirViews() {
        SessionData session = sessionWith(10);
        const QVariantMap plot = {{"ranges", QVariantList{0.5, 2.0, -1.0, 3.0}}, {"scale", 1}};
        const ViewState state{{}, 3, {{"3", QVariantMap{{"map", plot}, {"Lane", "rtn:bits=3"}}}}};
        writeViewState(session, state);
        const ViewState read = readViewState(session);
        QCOMPARE(read.page, state.page);
        const QVariantMap view = read.views["3"].toMap();
        QCOMPARE(view["Lane"].toString(), QStringLiteral("rtn:bits=3"));
        const QVariantList ranges = view["map"].toMap()["ranges"].toList();
        QCOMPARE(ranges.size(), 4);
        QCOMPARE(ranges[2].toDouble(), -1.0);
        QVERIFY(!readViewState(sessionWith(3)).page);
    }

    void examplesThatDoNotExistAreLeftOut() {
        SessionData session = sessionWith(10);
        SelectionValues selection;
        selection.primary = 8;
        selection.selected = {1, 8};
        writeViewState(session, {selection, {}, {}});
        SessionData smaller = sessionWith(5);
        smaller.arrays[viewStatePath] = session.arrays[viewStatePath];
        const SelectionValues read = readViewState(smaller).selection;
        QVERIFY(!read.primary);
        QCOMPARE(read.selected, std::vector<std::size_t>{1});
    }

    void hostileStatesAreNoSelection_data() {
        QTest::addColumn<QString>("json");
        QTest::newRow("nothing") << "";
        QTest::newRow("no object") << "[1,2]";
        QTest::newRow("cut off") << "{\"primary\": 1";
        QTest::newRow("negative") << "{\"primary\": -1, \"selected\": [-5, 1e300, \"x\"]}";
        QTest::newRow("wrong page") << "{\"page\": \"x\", \"views\": [1]}";
        QTest::newRow("wrong types") << "{\"primary\": {}, \"selected\": 3, \"groups\": [1, []]}";
    }

    void hostileStatesAreNoSelection() {
        QFETCH(QString, json);
        SessionData session = sessionWith(10);
        NamedArray array;
        array.values = std::vector<std::string>{json.toStdString()};
        session.arrays[viewStatePath] = array;
        const SelectionValues read = readViewState(session).selection;
        QVERIFY(!read.primary);
        QVERIFY(read.selected.empty());
        // Numbers instead of text are no state either.
        session.arrays[viewStatePath].values = std::vector<float>{1};
        QVERIFY(!readViewState(session).selection.primary);
    }
};

QTEST_GUILESS_MAIN(TestViewState)
#include "test_view_state.moc"
