// The page Compare: what it shows of two sessions, what it asks for, and the selection.

#include "views/pages/compare_page.h"
#include "views/pages/conditions_editor.h"
#include "views/plots/plot_widget.h"

#include <QComboBox>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

using namespace quantscope;

namespace {

constexpr double missing = notMeasured;

ComparedMetric metricOf(const std::string& name, const std::string& group, WorseWhen worse,
                        Interval difference) {
    return {name, "KL", group, "nat", worse, {.2, .1, .3}, {.5, .4, .6}, difference};
}

std::shared_ptr<const ComparisonValues> someValues() {
    ComparisonValues values;
    values.a.lanes = {"reference", "q", "r"};
    values.b.lanes = {"reference", "q"};
    values.matching.pairs = {{0, 3}, {1, 2}, {3, 0}}; // example 2 of A is not in B
    values.matching.unmatchedA = 1;
    values.notes = {"The sessions are of different models: <a> and b."};
    values.resamples = 500;
    values.units = 3;
    values.lanes = {{{"q", "q"},
                     {metricOf("kl", "", WorseWhen::Higher, {.3, .2, .4}),
                      metricOf("group:topic-code:kl", "topic-code", WorseWhen::Higher, {.1, -.1, .2}),
                      metricOf("top1_agreement", "", WorseWhen::Lower, {.3, .2, .4}),
                      {"js", "JS", "", "nat", WorseWhen::Higher, {}, {}, {}}}}};
    values.gates = {{"kl > 1.1 * base", {"q", "q"}, true, "kl (0.5) > 1.1 * base (0.22) is true"},
                    {"kl > 9", {"q", "q"}, false, "kl (0.5) > 9 is false"}};
    GateResult refused{"kl >"};
    refused.refused = true;
    refused.detail = "expected a number";
    values.gates.push_back(refused);
    values.errorA = {"error[q] in A", "nat", {.1, .2, missing, .4}};
    values.errorB = {"error[q] in B", "nat", {.9, .3, missing, .1}};
    values.difference = {"difference", "nat", {.8, .1, missing, -.3}};
    values.excerpts = {"zero", "one", "two", "three"};
    values.differMost = {0, 3, 1};
    values.largeA = {3};
    values.scatter.count = 3;
    values.distribution.curves = {{"all", {0, 1}, {1, 2}, {}, {}, "all", false}};
    values.groups.groups = {{"code", {{"A", "A", {.1, 0, .2}, false, {}},
                                      {"B", "B", {.3, .2, .4}, false, {}}}}};
    return std::make_shared<const ComparisonValues>(std::move(values));
}

QString cell(const QTableView& view, int row, int column) {
    return view.model()->index(row, column).data().toString();
}

} // namespace

class TestComparePage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneSessionAloneIsEmpty() {
        ComparePage page;
        QCOMPARE(page.state(), PageState::Empty);
        page.setValues(someValues());
        QCOMPARE(page.state(), PageState::Ready);
        page.setValues(nullptr);
        QCOMPARE(page.state(), PageState::Empty);
        page.setValues(std::make_shared<const ComparisonValues>());
        QCOMPARE(page.state(), PageState::Empty);
    }

    void showsDifferencesAndWhatTheyMean() {
        ComparePage page;
        page.resize(1000, 700);
        page.setValues(someValues());
        const auto* metrics = page.findChild<QTableView*>("metrics");
        QVERIFY(metrics);
        QCOMPARE(metrics->model()->rowCount(), 3); // what neither measured has no row
        QCOMPARE(cell(*metrics, 0, 0), QStringLiteral("q"));
        QVERIFY(cell(*metrics, 0, 2).contains("0.300 [0.200, 0.400]"));
        QCOMPARE(cell(*metrics, 0, 3), QStringLiteral("B is worse"));
        QCOMPARE(cell(*metrics, 1, 3), QStringLiteral("not told apart"));
        QVERIFY(cell(*metrics, 1, 1).contains("topic-code"));
        QCOMPARE(cell(*metrics, 2, 3), QStringLiteral("B is better"));
        for (PlotWidget* plot : page.plots())
            QVERIFY2(!plot->isEmpty(), qPrintable(plot->objectName()));
    }

    void oneSelectionWithTheListOfExamples() {
        ComparePage page;
        Selection selection;
        page.setSelection(&selection);
        page.setValues(someValues());
        auto* examples = page.findChild<QTableView*>("differ-most");
        QVERIFY(examples);
        QCOMPARE(examples->model()->rowCount(), 3);
        QVERIFY(!selection.primary()); // showing values chooses nothing
        examples->setCurrentIndex(examples->model()->index(1, 0));
        QCOMPARE(selection.primary(), std::optional<std::size_t>(3));
        selection.setPrimary(1);
        QCOMPARE(examples->currentIndex().row(), 2);
        selection.setPrimary(2); // not in the list
        QVERIFY(examples->selectionModel()->selectedRows().isEmpty());
        QCOMPARE(selection.primary(), std::optional<std::size_t>(2));
        selection.setPrimary(1);
        page.setValues(someValues()); // new values do not move the selection
        QCOMPARE(selection.primary(), std::optional<std::size_t>(1));
        QCOMPARE(examples->currentIndex().row(), 2);
    }

    void asksForLanesAndConditions() {
        ComparePage page;
        QSignalSpy asked(&page, &Page::requestChanged);
        page.setValues(someValues());
        QVERIFY(asked.isEmpty());
        QVERIFY(page.request().laneA.empty()); // the first pair, whichever that is
        const QList<QComboBox*> combos = page.findChildren<QComboBox*>();
        QCOMPARE(combos.size(), 2);
        combos[0]->setCurrentIndex(2);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(page.request().laneA, std::string("r"));
        QCOMPARE(page.request().laneB, std::string("q"));

        auto* text = page.findChild<QPlainTextEdit*>();
        page.conditions()->setText(QStringLiteral("kl > 1"));
        QVERIFY(!asked.wait(700)); // put there by the program
        text->appendPlainText(QStringLiteral("\n  error > 0.05 "));
        QTRY_COMPARE(asked.count(), 2);
        QVERIFY((page.request().conditions == std::vector<std::string>{"kl > 1", "error > 0.05"}));
    }

    void saysWhichConditionsPass() {
        ConditionsEditor editor;
        const auto values = someValues();
        editor.setText(QStringLiteral("kl > 1.1 * base"));
        editor.setOutcomes(values->gates, values->lanes.front().metrics);
        const auto* outcomes = editor.findChild<QTableView*>();
        QCOMPARE(outcomes->model()->rowCount(), 3);
        QVERIFY(cell(*outcomes, 0, 0).contains("fails"));
        QVERIFY(cell(*outcomes, 0, 3).contains("0.22"));
        QVERIFY(cell(*outcomes, 1, 0).contains("passes"));
        QVERIFY(cell(*outcomes, 2, 0).contains("not understood"));
        QCOMPARE(editor.text(), QStringLiteral("kl > 1.1 * base")); // an answer leaves what is typed
        auto* menu = editor.findChild<QMenu*>();
        QVERIFY(menu && menu->actions().size() > 4);
        menu->actions().at(1)->trigger();
        QVERIFY(editor.text().contains("group:topic-code:kl"));
        QSignalSpy command(&editor, &ConditionsEditor::commandRequested);
        editor.findChild<QPushButton*>()->click();
        QCOMPARE(command.count(), 1);
    }
};

QTEST_MAIN(TestComparePage)
#include "test_compare_page.moc"
