// The shared selection and the table models.

#include "views/models/examples_model.h"
#include "views/models/selection.h"
#include "views/models/value_table.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace quantscope;

namespace {

std::shared_ptr<const ExamplesValues> values() {
    ExamplesValues values;
    values.excerpts = {"a bear", "a list of eggs", "int main()", "four\nlines"};
    values.tokens = {128, 64, 128, 32};
    values.columns = {{"nll_reference", "nat", {1, 2, 3, notMeasured}},
                      {"error[rtn:bits=3,group=64]", "nat", {0.5, notMeasured, -0.25, 0.1}}};
    values.labels = {{"register", {"story", "list", "code", "story"}}};
    values.large = {1, 0, 0, 0};
    values.control = {0, 0, 1, 0};
    return std::make_shared<const ExamplesValues>(values);
}

QList<int> sourceRows(const ExamplesFilter& filter) {
    QList<int> rows;
    for (int row = 0; row < filter.rowCount(); ++row)
        rows.append(filter.mapToSource(filter.index(row, 0)).row());
    return rows;
}

} // namespace

class TestModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void selectionEmitsOnlyChanges() {
        Selection selection;
        QSignalSpy primary(&selection, &Selection::primaryChanged);
        QSignalSpy token(&selection, &Selection::tokenChanged);
        QSignalSpy selected(&selection, &Selection::selectionChanged);
        selection.setPrimary(3);
        selection.setPrimary(3);
        QCOMPARE(primary.count(), 1);
        selection.setToken(7);
        selection.setPrimary(4); // Other tokens: the position means nothing any more.
        QVERIFY(!selection.token().has_value());
        QCOMPARE(token.count(), 2);
        selection.setSelected({5, 2, 5});
        QCOMPARE(selection.selected(), (std::vector<std::size_t>{2, 5}));
        selection.setSelected({2, 5});
        QCOMPARE(selected.count(), 1);
        selection.setExamplePinned(9, true);
        QVERIFY(selection.isPinned(9));
        selection.setExamplePinned(9, false);
        QVERIFY(!selection.isPinned(9));
    }

    void selectionRestoresWhatItStored() {
        Selection first;
        first.setPrimary(1);
        first.setToken(12);
        first.setLayer(3);
        first.setSelected({1, 4});
        first.setPinned({2});
        first.setGroup("odd ones", {7, 3});
        Selection second;
        QSignalSpy groups(&second, &Selection::groupsChanged);
        second.restore(first.values());
        QCOMPARE(second.primary(), first.primary());
        QCOMPARE(second.token(), first.token());
        QCOMPARE(second.layer(), first.layer());
        QCOMPARE(second.selected(), first.selected());
        QCOMPARE(second.pinned(), first.pinned());
        QCOMPARE(second.groups().at(0).examples, (std::vector<std::size_t>{3, 7}));
        QCOMPARE(groups.count(), 1);
        second.removeGroup("odd ones");
        QVERIFY(second.groups().empty());
    }

    void modelsKeepTheirPromises() {
        ExamplesModel model;
        ExamplesFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QAbstractItemModelTester filterTester(
            &filter, QAbstractItemModelTester::FailureReportingMode::QtTest);
        Selection selection;
        model.setSelection(&selection);
        model.setValues(values());
        selection.setGroup("pair", {0, 1});
        filter.setQuery(QStringLiteral("bear"));
        filter.sort(5, Qt::DescendingOrder);
        model.setValues(nullptr);
        QCOMPARE(model.rowCount(), 0);
        ValueTable table;
        QAbstractItemModelTester tableTester(
            &table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        table.setTable(
            {{QStringLiteral("a"), {}}, {QStringLiteral("b"), {}}},
            {{ValueCell::ofNumber(1)}, {ValueCell::ofText({}), ValueCell::ofShare(0.5)}});
        QCOMPARE(table.index(1, 1).data().toString(), QStringLiteral("50.0 %"));
    }

    void cellsShowTheValues() {
        ExamplesModel model;
        model.setValues(values());
        QCOMPARE(model.columnCount(), 4 + 2 + 1 + 1);
        QCOMPARE(model.index(0, ExamplesModel::Set).data().toString(), QStringLiteral("D_large"));
        QCOMPARE(model.index(2, ExamplesModel::Set).data().toString(), QStringLiteral("D_ctrl"));
        QCOMPARE(model.index(3, ExamplesModel::Excerpt).data().toString(),
                 QStringLiteral("four lines"));
        QCOMPARE(model.index(1, 5).data().toString(), QStringLiteral("–"));
        QCOMPARE(model.index(2, 5).data(ExamplesModel::BarRole).toDouble(), -0.5);
        QVERIFY(!model.index(1, 5).data(ExamplesModel::BarRole).isValid());
        QCOMPARE(model.index(2, 6).data().toString(), QStringLiteral("code"));
    }

    void missingValuesSortLast() {
        ExamplesModel model;
        ExamplesFilter filter;
        filter.setSourceModel(&model);
        model.setValues(values());
        filter.sort(5, Qt::AscendingOrder);
        QCOMPARE(sourceRows(filter), (QList<int>{2, 3, 0, 1}));
        filter.sort(5, Qt::DescendingOrder);
        QCOMPARE(sourceRows(filter), (QList<int>{0, 3, 2, 1}));
    }

    void filterFindsWordsAndConditions_data() {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QList<int>>("rows");
        QTest::newRow("nothing") << QString() << QList<int>{0, 1, 2, 3};
        QTest::newRow("word") << QStringLiteral("A") << QList<int>{0, 1, 2};
        QTest::newRow("label") << QStringLiteral("story") << QList<int>{0, 3};
        QTest::newRow("two words") << QStringLiteral("story bear") << QList<int>{0};
        QTest::newRow("greater") << QStringLiteral("tokens>100") << QList<int>{0, 2};
        QTest::newRow("method name")
            << QStringLiteral("error[rtn:bits=3,group=64]<0.2") << QList<int>{2, 3};
        QTest::newRow("equal") << QStringLiteral("Register=CODE") << QList<int>{2};
        QTest::newRow("no such column") << QStringLiteral("nothing>1") << QList<int>{};
    }

    void filterFindsWordsAndConditions() {
        QFETCH(QString, query);
        ExamplesModel model;
        ExamplesFilter filter;
        filter.setSourceModel(&model);
        model.setValues(values());
        filter.setQuery(query);
        QTEST(sourceRows(filter), "rows");
    }

    void filterFollowsSets() {
        Selection selection;
        ExamplesModel model;
        ExamplesFilter filter;
        filter.setSourceModel(&model);
        filter.setSelection(&selection);
        model.setValues(values());
        filter.setSet(ExamplesFilter::Set::Large);
        QCOMPARE(sourceRows(filter), QList<int>{0});
        filter.setSet(ExamplesFilter::Set::Selected);
        QCOMPARE(filter.rowCount(), 0);
        selection.setSelected({1, 3});
        QCOMPARE(sourceRows(filter), (QList<int>{1, 3}));
    }
};

QTEST_MAIN(TestModels)
#include "test_models.moc"
