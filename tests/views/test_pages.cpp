// Pages: their states, what they ask for, and the selection between them.

#include "views/pages/details_panel.h"
#include "views/pages/early_exit_page.h"
#include "views/pages/errors_page.h"
#include "views/pages/examine_panel.h"
#include "views/pages/examples_page.h"
#include "views/pages/overview_page.h"
#include "views/pages/patch_now_panel.h"
#include "views/pages/patching_page.h"
#include "views/pages/residuals_page.h"
#include "views/pages/token_colour_bar.h"
#include "views/pages/token_text_view.h"
#include "views/pages/weights_page.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"
#include "views/plots/scatter_plot.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <cmath>
#include <optional>

using namespace quantscope;

namespace {

template <typename Values>
std::shared_ptr<const Values> shared(Values values) {
    return std::make_shared<const Values>(std::move(values));
}

Matrix matrix(std::size_t rows, std::size_t columns) {
    Matrix result;
    result.rows = rows;
    result.columns = columns;
    for (std::size_t i = 0; i < rows * columns; ++i)
        result.values.push_back(static_cast<float>(i));
    return result;
}

ErrorsValues errors() {
    ErrorsValues values;
    values.quantities = {{"nll_reference", "nat", {1, 2, 3}},
                         {"error[a]", "nat", {0.1, 0.2, 0.3}},
                         {"error[b]", "nat", {0.3, 0.1, 0.2}}};
    values.pearson = {2, 2, {1, 0.5F, 0.5F, 1}, {"a", "b"}, {"a", "b"}, "", "", "r", true};
    values.spearman = values.pearson;
    values.jaccard = values.pearson;
    return values;
}

ResidualsValues residuals() {
    ResidualsValues values;
    values.sites = {"resid_mid", "ln2"};
    values.statistics = {"norm", "cosine"};
    values.lanes = {"reference", "a"};
    values.layerByExample = matrix(4, 3);
    values.exampleOrder = {2, 0, 1};
    return values;
}

ExampleDetail detail() {
    ExampleDetail values;
    values.example = 2;
    values.lane = "a";
    values.lanes = {"a", "b"};
    values.error = 0.5;
    values.nllReference = 2;
    values.tokens = {{"<s>"}, {"▁One", 1, 2, 0.1, 0, 1, true}, {"<b>", 3, 2.5, 0.2, 5, 4, false}};
    return values;
}

template <typename Widget>
Widget* visibleChild(QWidget& parent) {
    for (Widget* widget : parent.findChildren<Widget*>()) {
        if (widget->isVisibleTo(&parent))
            return widget;
    }
    return nullptr;
}

QComboBox* comboNamed(QWidget& parent, const QString& name) {
    for (QComboBox* combo : parent.findChildren<QComboBox*>()) {
        if (combo->accessibleName() == name)
            return combo;
    }
    return nullptr;
}

} // namespace

class TestPages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void statesLookDifferent() {
        OverviewPage page;
        QCOMPARE(page.state(), PageState::Empty);
        page.showStale(); // Nothing to be stale yet.
        QCOMPARE(page.state(), PageState::Loading);
        page.showFailed(QStringLiteral("The file is damaged."));
        QCOMPARE(page.state(), PageState::Failed);
        bool said = false;
        for (const QLabel* label : page.findChildren<QLabel*>())
            said = said || (label->isVisibleTo(&page) &&
                            label->text() == QStringLiteral("The file is damaged."));
        QVERIFY(said);
        page.setValues(shared(OverviewValues{}));
        QCOMPARE(page.state(), PageState::Ready);
        page.showStale();
        QCOMPARE(page.state(), PageState::Stale);
        QVERIFY(visibleChild<QTableView>(page));
        page.setValues(nullptr);
        QCOMPARE(page.state(), PageState::Empty);
        QVERIFY(!visibleChild<QTableView>(page));
    }

    /// Pieces of tokens such as <s> are text, whatever they look like.
    void warningsAreNoMarkup() {
        OverviewValues values;
        values.warnings = {"prefix: a token stands (<s>) before every text."};
        OverviewPage page;
        page.setValues(shared(std::move(values)));
        const auto* warnings = page.findChild<QLabel*>(QStringLiteral("warnings"));
        QVERIFY(warnings && warnings->text().contains(QStringLiteral("(<s>)")));
        QCOMPARE(warnings->textFormat(), Qt::PlainText);
    }

    void everyPageSaysWhatItIs() {
        OverviewPage overview;
        ExamplesPage examples;
        ErrorsPage errors;
        ResidualsPage residuals;
        EarlyExitPage earlyExit;
        PatchingPage patching;
        WeightsPage weights;
        QStringList titles;
        for (Page* page : {static_cast<Page*>(&overview), static_cast<Page*>(&examples),
                           static_cast<Page*>(&errors), static_cast<Page*>(&residuals),
                           static_cast<Page*>(&earlyExit), static_cast<Page*>(&patching),
                           static_cast<Page*>(&weights)}) {
            QVERIFY(!page->title().isEmpty());
            QVERIFY(page->helpText().size() > 100);
            titles.append(page->title());
            for (const PlotWidget* plot : page->plots())
                QVERIFY2(!plot->objectName().isEmpty(), "files of figures are named by it");
        }
        QCOMPARE(titles.removeDuplicates(), qsizetype(0));
    }

    /// What a study did not measure is said, and can be asked for now.
    void notMeasuredSaysWhatToDo() {
        EarlyExitPage earlyExit;
        earlyExit.setValues(shared(EarlyExitValues{}));
        QCOMPARE(earlyExit.state(), PageState::Ready);
        QVERIFY(visibleChild<QLabel>(earlyExit)->text().contains("not measured"));
        PatchingPage patching;
        patching.setValues(shared(PatchingValues{}));
        QCOMPARE(patching.state(), PageState::Ready);
        QVERIFY(visibleChild<QLabel>(patching)->text().contains("No patches"));
    }

    void examineAsksForWhatIsChosen() {
        Selection selection;
        ExaminePanel panel;
        panel.setSelection(&selection);
        panel.setLanes({"reference", "a", "b", "noise-floor"});
        selection.setPrimary(7);
        selection.setToken(4); // predicted from the position before
        comboNamed(panel, "Beside the reference")->setCurrentIndex(1);
        const ExamineRequest request = panel.request();
        QCOMPARE(request.example, std::size_t(7));
        QCOMPARE(request.position, std::int64_t(3));
        QCOMPARE(request.lanes, (std::vector<std::string>{"reference", "b"}));
        ExamineValues values{request, "the", "cat", {}};
        for (const std::string lane : {"reference", "b"})
            for (std::int64_t layer = 0; layer < 2; ++layer)
                values.guesses.push_back(
                    {lane, layer, Site::ResidPost, 1.5, 2, {{5, "dog", .6}, {6, "cat", .25}}});
        panel.setValues(shared(values));
        auto* table = panel.findChild<QTableView*>();
        QCOMPARE(table->model()->rowCount(), 2);
        QCOMPARE(table->model()->index(0, 0).data().toString(), QString("A#2")); // the end on top
        QCOMPARE(table->model()->index(0, 1).data().toString(), QString("2"));
        QVERIFY(table->model()->index(0, 3).data().toString().startsWith("dog"));
        QVERIFY(table->model()->index(0, 4).data().toString().startsWith("✓ cat"));
        QSignalSpy asked(&panel, &ExaminePanel::requested);
        comboNamed(panel, "Beside the reference")->setCurrentIndex(0);
        QCOMPARE(asked.size(), 1);
    }

    void patchAsksForWhatIsChosen() {
        Selection selection;
        PatchNowPanel panel;
        panel.setSelection(&selection);
        panel.setLanes({"reference", "a", "b"});
        QVERIFY(!panel.request()); // no example yet
        selection.setPrimary(3);
        QCOMPARE(panel.request()->examples, std::vector<std::size_t>{3});
        selection.setSelected({9, 4});
        comboNamed(panel, "Layers")->setEditText("1-2");
        comboNamed(panel, "Method")->setCurrentIndex(1);
        comboNamed(panel, "Put in")->setCurrentIndex(1);
        std::optional<PatchRunRequest> request = panel.request();
        QCOMPARE(request->examples, (std::vector<std::size_t>{4, 9}));
        QCOMPARE(request->patch.base, std::string("b"));
        QCOMPARE(request->patch.donor, std::string("reference"));
        QVERIFY(request->patch.layers == parseLayerSet("1-2"));
        QVERIFY(request->patch.control == PatchControl::Zero);
        comboNamed(panel, "Direction")->setCurrentIndex(1);
        request = panel.request();
        QCOMPARE(request->patch.base, std::string("reference"));
        QCOMPARE(request->patch.donor, std::string("b"));
        comboNamed(panel, "Layers")->setEditText("sideways");
        QVERIFY(!panel.request());
    }

    void patchesAreCompared() {
        Selection selection;
        PatchNowPanel panel;
        panel.setSelection(&selection);
        panel.setLanes({"reference", "a"});
        PatchHistoryValues history;
        for (std::int32_t run : {1, 2, 3}) {
            PatchRun one;
            one.run = run;
            one.baseLane = "a";
            one.donorLane = "reference";
            one.kind = "down";
            PatchedExample example;
            example.example = 4;
            example.tokensBefore = {NAN, 2, 3};
            example.tokensAfter = {NAN, 1.0 / run, 1};
            example.tokensDonor = {NAN, 1, 1};
            one.examples = {example};
            history.runs.push_back(one);
        }
        panel.setHistory(shared(history));
        auto* table = panel.findChild<QTableView*>();
        QCOMPARE(table->model()->index(0, 0).data().toString(), QString("3")); // the newest on top
        const auto& plot = static_cast<const LinesPlot&>(*panel.plot());
        QCOMPARE(plot.figure().curves.size(), std::size_t(3)); // donor, before, run 3
        table->selectAll();
        QCOMPARE(plot.figure().curves.size(), std::size_t(5));
        QCOMPARE(plot.figure().curves.back().name, std::string("run 3"));
        QCOMPARE(plot.figure().curves.back().y, (std::vector<double>{1.0 / 3, 1}));
        QSignalSpy forget(&panel, &PatchNowPanel::forgetRequested);
        table->selectRow(2);
        for (QPushButton* button : panel.findChildren<QPushButton*>())
            if (button->text() == "Forget")
                button->click();
        QCOMPARE(forget.size(), 1);
        QCOMPARE(forget.front().front().value<std::vector<std::int32_t>>(),
                 std::vector<std::int32_t>{1});
    }

    void errorsAskForStatisticsOfTheirAxes() {
        ErrorsPage page;
        QSignalSpy requests(&page, &ErrorsPage::scatterRequested);
        page.setValues(shared(errors()));
        QCOMPARE(requests.count(), 1);
        QCOMPARE(requests.at(0), (QVariantList{0, 1})); // The reference's loss, the first error.
        auto* matrixPlot = dynamic_cast<MatrixPlot*>(page.plots().back());
        QVERIFY(matrixPlot);
        Q_EMIT matrixPlot->cellClicked(1, 0, Qt::NoModifier);
        QCOMPARE(requests.count(), 2);
        QCOMPARE(requests.at(1), (QVariantList{1, 2}));
        page.setAxes(1, 2);
        QCOMPARE(requests.count(), 2);
    }

    void examplesTableSharesItsSelection() {
        Selection selection;
        ExamplesPage page;
        page.setSelection(&selection);
        ExamplesValues values;
        values.excerpts = {"one", "two", "three"};
        page.setValues(shared(values));
        auto* table = page.findChild<QTableView*>();
        table->selectRow(1);
        QCOMPARE(selection.primary(), std::optional<std::size_t>(1));
        QCOMPARE(selection.selected(), (std::vector<std::size_t>{1}));
        selection.setSelected({0, 2});
        QCOMPARE(table->selectionModel()->selectedRows().size(), 2);
        page.setValues(shared(values)); // New values keep it.
        QCOMPARE(selection.selected(), (std::vector<std::size_t>{0, 2}));
    }

    void residualsAskForWhatIsChosen() {
        Selection selection;
        ResidualsPage page;
        page.setSelection(&selection);
        page.setExampleColumns({"error[a]"}, {"source"});
        page.setValues(shared(residuals()));
        QSignalSpy requests(&page, &Page::requestChanged);
        QComboBox* site = comboNamed(page, QStringLiteral("Site"));
        QVERIFY(site);
        site->setCurrentIndex(1);
        QCOMPARE(requests.count(), 1);
        QCOMPARE(page.request().site, std::string("ln2"));
        QComboBox* sort = comboNamed(page, QStringLiteral("Sort by"));
        sort->setCurrentIndex(1);
        QCOMPARE(page.request().sortBy, std::string("error[a]"));
        selection.setPrimary(1);
        QCOMPARE(requests.count(), 3);
        QCOMPARE(page.request().example, std::optional<std::size_t>(1));
    }

    void residualsAreGroupedAsChosen() {
        Selection selection;
        ResidualsPage page;
        page.setSelection(&selection);
        page.setExampleColumns({"error[a]"}, {"source"});
        page.setValues(shared(residuals()));
        QComboBox* group = comboNamed(page, QStringLiteral("Group by"));
        QVERIFY(group);
        QCOMPARE(group->count(), 3); // nothing, the sets, the label
        QSignalSpy requests(&page, &Page::requestChanged);
        group->setCurrentIndex(1);
        QCOMPARE(page.request().groupBy, std::string("sets"));
        group->setCurrentIndex(2);
        QCOMPARE(page.request().groupBy, std::string("label:source"));
        QCOMPARE(requests.count(), 2);
        selection.setGroup("odd", {1});
        QCOMPARE(requests.count(), 2); // a group that nobody asked for
        selection.setGroup("even", {0, 2});
        QCOMPARE(group->currentText(), QStringLiteral("source"));
        group->setCurrentIndex(group->findText(QStringLiteral("named groups")));
        QCOMPARE(page.request().groupBy, std::string("groups"));
        QCOMPARE(page.request().groups, selection.groups());
        selection.setGroup("odd", {1, 2}); // another set of the same name
        QCOMPARE(requests.count(), 4);
        QCOMPARE(page.request().groups, selection.groups());
        group->setCurrentIndex(group->findText(QStringLiteral("group even")));
        QCOMPARE(page.request().groups, (std::vector<ExampleGroup>{{"even", {0, 2}}}));
        page.setValues(shared([&] {
            ResidualsValues values = residuals();
            values.request = page.request();
            return values;
        }()));
        QCOMPARE(group->currentText(), QStringLiteral("group even"));
        selection.removeGroup("even");
        QCOMPARE(group->currentIndex(), 0);
        QCOMPARE(page.request().groupBy, std::string());
        QVERIFY(page.request().groups.empty());
    }

    /// Pointed at, a token says what both models made of it.
    void theMapOfTokensSaysProbabilities() {
        ResidualsPage page;
        ResidualsValues values = residuals();
        values.request.example = 2;
        values.layerByToken = matrix(4, 3);
        page.setValues(shared(values));
        page.setDetail(shared(detail()));
        page.resize(1200, 800);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QTest::qWait(50);
        auto* map = dynamic_cast<HeatmapPlot*>(page.plots()[1]);
        QWidget* canvas = map->focusProxy();
        QSignalSpy said(&page, &Page::statusMessage);
        const auto pointAt = [&](std::size_t token) {
            for (int x = 0; x < canvas->width(); ++x)
                for (int y = 0; y < canvas->height(); y += 4)
                    if (const auto cell = map->cellAt(QPointF(x, y));
                        cell && cell->second == token) {
                        QTest::mouseMove(canvas, QPoint(x + 2, y));
                        return said.isEmpty() ? QString() : said.last().first().toString();
                    }
            return QString();
        };
        // exp(−3) and exp(−2.5) of the third token; the first is nobody's prediction.
        const QString third = pointAt(2);
        QVERIFY2(third.endsWith(QStringLiteral("probability 0.0498 in the reference, 0.0821 in a")),
                 qPrintable(third));
        page.setDetail(nullptr);
        QVERIFY(!pointAt(1).contains(QStringLiteral("probability")));
    }

    void aClickOnAMapSelectsTheExampleOfTheColumn() {
        Selection selection;
        ResidualsPage page;
        page.setSelection(&selection);
        page.setValues(shared(residuals()));
        auto* map = dynamic_cast<HeatmapPlot*>(page.plots().front());
        Q_EMIT map->cellClicked(3, 0, Qt::NoModifier);
        QCOMPARE(selection.primary(), std::optional<std::size_t>(2));
        QCOMPARE(selection.layer(), std::optional<std::size_t>(3));
    }

    /// Colours of tokens go from left to right in every language, and so do their numbers.
    void theColourBarOfTokensIsNotMirrored() {
        TokenColourBar bar;
        bar.setScale(ColourScale(ScaleKind::Symmetric, -3.9, 3.9), ColourMap::Diverging, "nat");
        bar.resize(220, bar.sizeHint().height());
        const QImage usual = bar.grab().toImage();
        bar.setLayoutDirection(Qt::RightToLeft);
        QCOMPARE(bar.grab().toImage(), usual);
    }

    void weightsAskForMethodAndStatistic() {
        WeightsPage page;
        WeightsValues values;
        values.methods = {"a", "b"};
        values.method = "a";
        values.statistic = "cosine";
        page.setValues(shared(values));
        QCOMPARE(page.method(), std::string("a"));
        QCOMPARE(page.statistic(), std::string("cosine"));
        QSignalSpy requests(&page, &Page::requestChanged);
        comboNamed(page, QStringLiteral("Method"))->setCurrentIndex(1);
        QCOMPARE(requests.count(), 1);
        QCOMPARE(page.method(), std::string("b"));
    }

    void tokensAreFoundUnderTheMouse() {
        TokenTextView view;
        view.resize(300, 200);
        view.setTokens(detail().tokens);
        QCOMPARE(view.toPlainText(), QStringLiteral("<s> One<b>"));
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTextCursor cursor(view.document());
        cursor.setPosition(5); // Before the "n" of " One".
        const QRect place = view.cursorRect(cursor);
        QCOMPARE(view.tokenAt(place.center() + QPoint(2, 0)), std::optional<std::size_t>(1));
        QVERIFY(!view.tokenAt({290, 190}).has_value());
        QSignalSpy clicks(&view, &TokenTextView::tokenClicked);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, place.center() + QPoint(2, 0));
        QCOMPARE(clicks.count(), 1);
        QCOMPARE(clicks.at(0).at(0).value<std::size_t>(), std::size_t(1));
    }

    void detailsFollowTheSelection() {
        Selection selection;
        DetailsPanel panel;
        panel.setSelection(&selection);
        panel.setValues(shared(detail()));
        QCOMPARE(panel.lane(), std::string("a"));
        QSignalSpy status(&panel, &DetailsPanel::statusMessage);
        selection.setToken(1);
        QVERIFY(!status.isEmpty());
        // exp(−1) and exp(−2)
        QVERIFY(status.last().at(0).toString().contains(QStringLiteral("0.368")));
        QVERIFY(status.last().at(0).toString().contains(QStringLiteral("0.135")));
        auto* text = panel.findChild<TokenTextView*>();
        Q_EMIT text->tokenClicked(2);
        QCOMPARE(selection.token(), std::optional<std::size_t>(2));
        QSignalSpy requests(&panel, &DetailsPanel::requestChanged);
        comboNamed(panel, QStringLiteral("Quantized lane"))->setCurrentIndex(1);
        QCOMPARE(requests.count(), 1);
        QCOMPARE(panel.lane(), std::string("b"));
    }
};

QTEST_MAIN(TestPages)
#include "test_pages.moc"
