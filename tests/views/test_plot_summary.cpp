#include "views/plots/bars_plot.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"
#include "views/plots/plot_summary.h"
#include "views/plots/scatter_plot.h"

#include <QTest>

using namespace quantscope;

class TestPlotSummary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lines() {
        LinesPlot plot;
        QCOMPARE(plotSummary(plot), QString());
        CurveFigure figure;
        figure.caption.title = "Loss";
        figure.xTitle = "layer";
        figure.curves = {{"a", {0, 1, 2}, {3, 2, 1}, {}, {}, "", false},
                         {"b", {0, 1, 2}, {1, 5, 2}, {}, {}, "", false}};
        plot.setFigure(figure);
        QCOMPARE(plotSummary(plot), QStringLiteral("Lines: 2, over layer from 0 to 2.00; values "
                                                   "from 1.00 to 5.00, the highest in b."));
        // A screen reader gets it with the definition.
        plot.setCaption({"Loss", "What it is.", "", ""});
        plot.setFigure(figure);
        QVERIFY(plot.accessibleDescription().contains(QStringLiteral("the highest in b.")));
    }

    void maps() {
        auto matrix = std::make_shared<Matrix>();
        matrix->rows = 2;
        matrix->columns = 3;
        matrix->values = {0, 1, std::nanf(""), 2, 9, 4};
        matrix->rowLabels = {"first", "second"};
        HeatmapPlot plot;
        plot.setMatrix(matrix);
        QCOMPARE(plotSummary(plot),
                 QStringLiteral("Map of 2 rows and 3 columns; values from 0 to 9.00, the highest "
                                "in row second, column 1; not measured: 1."));
        plot.setMatrix(matrix, {"source", {{"code", "", 0, 2}, {"prose", "", 2, 1}}});
        QVERIFY(plotSummary(plot).endsWith(
            QStringLiteral("Columns grouped by source, groups: 2: code (2), prose (1).")));
    }

    void points() {
        ScatterPlot plot;
        plot.setValues({"x", "", {1, 2, 3}}, {"y", "", {6, 5, 4}}, {}, {});
        ScatterStatistics statistics;
        statistics.pearson = {-1, -1, -1};
        statistics.spearman = {-1, -1, -1};
        plot.setStatistics(statistics);
        QCOMPARE(plotSummary(plot),
                 QStringLiteral("Points: 3; x from 1.00 to 3.00, y from 4.00 to 6.00. Pearson "
                                "correlation −1.00, Spearman −1.00."));
    }

    void bars() {
        BarsPlot plot;
        BarsFigure figure;
        figure.groups = {{"down", {{"RTN", "", {0.5, 0, 1}}}}, {"up", {{"RTN", "", {0.25, 0, 1}}}}};
        plot.setFigure(figure);
        QCOMPARE(plotSummary(plot), QStringLiteral("Values: 2 in 2 groups, from 0.250 to 0.500, "
                                                   "the highest for down RTN."));
    }
};

QTEST_MAIN(TestPlotSummary)
#include "test_plot_summary.moc"
