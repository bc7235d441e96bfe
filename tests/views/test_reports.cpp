// Pages and sets of files made of figures of any kind.

#include "core/data/error.h"
#include "views/export/paper_set.h"
#include "views/pages/report_page.h"
#include "views/pages/training_page.h"
#include "views/plots/figure_plot.h"
#include "views/plots/plot_widget.h"

#include <QComboBox>
#include <QFile>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace quantscope;

namespace {

Caption caption(const std::string& title) {
    return {title, "What <it> shows & how it is defined", "a / b", "somewhere"};
}

std::vector<Figure> someFigures() {
    CurveFigure curves;
    curves.caption = caption("Curves");
    curves.curves = {{"rtn", {0, 1, 2}, {.1, .2, .3}, {0, .1, .2}, {.2, .3, .4}, "rtn"}};
    BarsFigure bars;
    bars.caption = caption("Bars");
    bars.groups = {{"rtn", {{"model", "model", {.5, .4, .6}}}}};
    MatrixFigure matrix;
    matrix.caption = caption("Matrix");
    matrix.matrix.rows = matrix.matrix.columns = 1;
    matrix.matrix.values = {.5f};
    matrix.matrix.rowLabels = matrix.matrix.columnLabels = {"rtn"};
    TableFigure table;
    table.caption = caption("Table");
    table.columns = {"name", "value"};
    table.rows = {{std::string("a, <b>"), Interval{1, .5, 1.5}}, {std::string("c"), notMeasured}};
    ScatterFigureValues scatter;
    scatter.caption = caption("Scatter");
    scatter.x = {"x", "nat", {1, 2, 3}};
    scatter.y = {"y", "nat", {2, 4, 7}};
    scatter.statistics.count = 3;
    StripsFigure strips;
    strips.caption = caption("Strips");
    strips.groups = {{"rtn", {{"wiki", "wiki", {1, 1.01, .99}, {}}, {"web", "web", {1.2}, {}}}}};
    return {{.name = "curves", .body = curves, .zeroLine = true},
            {.name = "bars", .body = bars, .reference = 1, .roles = {"model"}},
            {.name = "matrix", .body = matrix},
            {.name = "table", .body = table},
            {.name = "scatter", .body = scatter},
            {.name = "strips", .body = strips, .reference = 1, .roles = {"wiki", "web"}},
            {.name = "map", .body = matrix, .asMap = true}};
}

QString contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

class TestReports : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKindOfFigureIsDrawn() {
        for (const Figure& figure : someFigures()) {
            const auto plot = makeFigurePlot(figure, LaneStyles({"rtn"}));
            if (figure.name == "table") {
                QVERIFY(!plot);
                continue;
            }
            QVERIFY2(!plot->isEmpty(), figure.name.c_str());
            QCOMPARE(plot->objectName(), QString::fromStdString(figure.name));
            QCOMPARE(plot->caption().title, captionOf(figure).title);
        }
    }

    void tablesHaveThreeColumnsForIntervals() {
        const std::vector<Figure> figures = someFigures();
        QCOMPARE(tableAsCsv(std::get<TableFigure>(figures[3].body)),
                 QString("name,value,value low,value high\r\n\"a, <b>\",1,0.5,1.5\r\nc,,,\r\n"));
    }

    void pageShowsFiguresAndTables() {
        ReportPage page(ReportKind::Explanations);
        QSignalSpy requests(&page, &Page::requestChanged);
        page.setLanes({"reference", "rtn", "nf4"});
        ReportValues values;
        values.kind = ReportKind::Explanations;
        values.lanes = {"rtn", "nf4"};
        values.lane = "nf4";
        values.figures = someFigures();
        page.setValues(std::make_shared<const ReportValues>(values));
        QCOMPARE(page.state(), PageState::Ready);
        QCOMPARE(page.plots().size(), std::size_t(6));
        QCOMPARE(page.findChildren<QTableView*>().size(), 1);
        QCOMPARE(page.lane(), std::string("nf4"));
        QCOMPARE(requests.count(), 0);
        page.findChild<QComboBox*>()->setCurrentIndex(0);
        QCOMPARE(requests.count(), 1);
        QCOMPARE(page.lane(), std::string("rtn"));
        QSignalSpy exports(&page, &Page::exportRequested);
        Q_EMIT page.plots()[1]->exportRequested();
        QCOMPARE(exports.count(), 1);

        values.figures.clear();
        page.setValues(std::make_shared<const ReportValues>(values));
        QCOMPARE(page.state(), PageState::Empty);
    }

    void growingFiguresStayInTheirPlots() {
        ReportPage page(ReportKind::Output);
        page.setLanes({"reference", "rtn"});
        ReportValues values;
        values.kind = ReportKind::Output;
        values.figures = someFigures();
        page.setValues(std::make_shared<const ReportValues>(values));
        const std::vector<PlotWidget*> before = page.plots();
        const QPointer<QTableView> table = page.findChild<QTableView*>();
        auto& curves = std::get<CurveFigure>(values.figures[0].body);
        curves.caption.title = "grown";
        curves.curves[0].x.push_back(77);
        curves.curves[0].y.push_back(1);
        curves.curves[0].low.push_back(.9);
        curves.curves[0].high.push_back(1.1);
        auto& rows = std::get<TableFigure>(values.figures[3].body).rows;
        rows.push_back(rows.front());
        const int rowsBefore = table->model()->rowCount();
        page.setValues(std::make_shared<const ReportValues>(values));
        QVERIFY(page.plots() == before);
        QCOMPARE(before[0]->caption().title, std::string("grown"));
        QVERIFY(before[0]->csv().contains("77"));
        QVERIFY(table);
        QCOMPARE(table->model()->rowCount(), rowsBefore + 1);
        // Another list of figures is made anew.
        values.figures.erase(values.figures.begin());
        page.setValues(std::make_shared<const ReportValues>(values));
        QCOMPARE(page.plots().size(), before.size() - 1);
    }

    void countsHaveNoDecimals() {
        ReportPage page(ReportKind::Calibration);
        TableFigure table;
        table.columns = {"draws", "relative"};
        table.rows = {{4.0, 1.0}, {12.0, 1.25}};
        ReportValues values;
        values.kind = ReportKind::Calibration;
        values.figures = {{.name = "sets", .body = table}};
        page.setValues(std::make_shared<const ReportValues>(values));
        const QAbstractItemModel* model = page.findChild<QTableView*>()->model();
        QCOMPARE(model->index(0, 0).data().toString(), QString("4"));
        QCOMPARE(model->index(1, 0).data().toString(), QString("12"));
        QCOMPARE(model->index(0, 1).data().toString(), QString("1.00"));
    }

    void trainingPageSaysWhatToTrain() {
        TrainingPage page;
        QVERIFY(!page.findChild<QPushButton*>("train")->isEnabled()); // no base is known
        MethodInfo sde;
        sde.name = "sde";
        sde.options = {{"base", "omniquant", "omniquant, rtn", ""}};
        page.setMethods({sde});
        const auto combos = page.findChildren<QComboBox*>();
        const auto choose = [&](const QString& value) {
            for (QComboBox* combo : combos)
                if (const int place = combo->findData(value); place >= 0) {
                    combo->setCurrentIndex(place);
                    return;
                }
            QFAIL(qPrintable(value));
        };
        const auto trained = [&] { return toString(page.specs()[1]); };
        QCOMPARE(trained(), std::string("lsi:base=omniquant,bits=3,epochs=20,group=128,horizon=0"));
        choose("diagonal+square");
        QCOMPARE(trained(), std::string("lsi:base=omniquant,bits=3,epochs=20,group=128,horizon=0,"
                                        "square=100"));
        choose("both");
        choose("2");
        choose("rtn");
        QCOMPARE(trained(), std::string("sde:band=1,base=rtn,bits=3,epochs=20,group=128,horizon=2,"
                                        "mask=both,square=100"));
        QCOMPARE(toString(page.specs()[0]), std::string("rtn:bits=3,group=128"));
        choose("band");
        QVERIFY(!trained().ends_with("square=100"));
        page.setStudyRunning(true);
        QVERIFY(!page.findChild<QPushButton*>("train")->isEnabled());
    }

    /// Groups and bits of inputs follow the base: whole rows are -1, as commands write it.
    void trainingPageTakesTheDefaultsOfItsBase() {
        TrainingPage page;
        MethodInfo sde, omniquant, duquant;
        sde.name = "sde";
        sde.options = {{"base", "omniquant", "omniquant, duquant", ""}};
        omniquant.name = "omniquant";
        omniquant.options = {{"group", "128", "1 … 65536, or -1", ""},
                             {"activation_bits", "16", "2 … 16", ""}};
        duquant.name = "duquant";
        duquant.options = {{"group", "-1", "1 … 65536, or -1", ""},
                           {"activation_bits", "4", "2 … 16", ""}};
        page.setMethods({sde, omniquant, duquant});
        QCOMPARE(toString(page.specs()[0]),
                 std::string("omniquant:bits=3,group=128"));
        const auto choose = [&](const QString& value) {
            for (QComboBox* combo : page.findChildren<QComboBox*>())
                if (const int place = combo->findData(value); place >= 0)
                    combo->setCurrentIndex(place);
        };
        choose("duquant");
        QCOMPARE(toString(page.specs()[0]), std::string("duquant:bits=3,group=-1"));
        QCOMPARE(page.specs()[1].lane, std::string("lsi"));
        choose("8");
        QCOMPARE(toString(page.specs()[1]),
                 std::string("lsi:base=duquant,base_options=activation_bits=8,bits=3,epochs=20,"
                             "group=-1,horizon=0"));
    }

    void paperSetHasAnIndex() {
        const QTemporaryDir folder;
        std::vector<PaperFigure> set = {{"F1a", "First", someFigures(), {}},
                                        {"F2", "Second", {}, "It was <off>."}};
        FigureSetOptions options;
        options.endings = {QStringLiteral("svg"), QStringLiteral("csv")};
        const QStringList names = writePaperSet(set, {"reference", "rtn"}, {"a & b", "texts", true},
                                                folder.path(), options);
        QCOMPARE(names, QStringList({"F1a-curves", "F1a-bars", "F1a-matrix", "F1a-table",
                                     "F1a-scatter", "F1a-strips", "F1a-map"}));
        const QString index = contentOf(folder.filePath("index.html"));
        for (const QString& name : names) {
            QVERIFY2(QFile::exists(folder.filePath(name + ".csv")), qPrintable(name));
            QVERIFY(index.contains(name + ".csv\""));
            if (name != "F1a-table")
                QVERIFY(QFile::exists(folder.filePath(name + ".svg")));
        }
        // What is from a session is text, never markup.
        QVERIFY(index.contains("What &lt;it&gt; shows &amp; how it is defined"));
        QVERIFY(index.contains("<td>a, &lt;b&gt;</td>"));
        QVERIFY(index.contains("It was &lt;off&gt;."));
        QVERIFY(index.contains("a &amp; b"));
        QVERIFY(index.contains("A model this small"));
        QVERIFY(!index.contains("<it>"));
    }

    void aFolderThatCannotBeMadeIsSaid() {
        const QTemporaryDir folder;
        QFile file(folder.filePath("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY_THROWS_EXCEPTION(Error, writePaperSet({}, {}, {}, folder.filePath("file/inside")));
    }
};

QTEST_MAIN(TestReports)
#include "test_reports.moc"
