// Plots: from places to cells and points, what is painted, what is written as data.

#include "views/export/figure_export.h"
#include "views/plots/bars_plot.h"
#include "views/plots/caption_bar.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"
#include "views/plots/scatter_plot.h"

#include <QImage>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <random>

using namespace quantscope;

namespace {

std::shared_ptr<Matrix> matrix(std::size_t rows, std::size_t columns) {
    auto result = std::make_shared<Matrix>();
    result->rows = rows;
    result->columns = columns;
    result->rowTitle = "layer";
    result->columnTitle = "token";
    result->valueTitle = "norm";
    for (std::size_t i = 0; i < rows * columns; ++i)
        result->values.push_back(static_cast<float>(i));
    return result;
}

/// The plot's canvas: the child that gets mouse events.
QWidget* canvasOf(PlotWidget& plot) { return plot.focusProxy(); }

void showPlot(QWidget& plot, QSize size = {600, 400}) {
    plot.resize(size);
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    QTest::qWait(20); // The queued replot.
}

/// The middle of a cell on the canvas, found by asking every pixel.
QPoint middleOf(const HeatmapPlot& plot, QSize size, std::size_t row, std::size_t column) {
    QPointF sum;
    int count = 0;
    for (int y = 0; y < size.height(); y += 2) {
        for (int x = 0; x < size.width(); x += 2) {
            if (plot.cellAt(QPointF(x, y)) == std::pair(row, column)) {
                sum += QPointF(x, y);
                ++count;
            }
        }
    }
    return count > 0 ? (sum / count).toPoint() : QPoint(-1, -1);
}

void turnWheel(QWidget* canvas, const QPoint& place, int delta) {
    QWheelEvent event(place, canvas->mapToGlobal(place), {}, {0, delta}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas, &event);
}

} // namespace

class TestPlots : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void heatmapMapsPlacesToCells() {
        HeatmapPlot plot;
        plot.setMatrix(matrix(4, 6));
        showPlot(plot);
        QWidget* canvas = canvasOf(plot);
        const QPoint lowest = middleOf(plot, canvas->size(), 0, 0);
        const QPoint highest = middleOf(plot, canvas->size(), 3, 5);
        QVERIFY(lowest.x() > 0 && highest.x() > lowest.x());
        QVERIFY2(highest.y() < lowest.y(), "layers go upward");
        QSignalSpy clicks(&plot, &HeatmapPlot::cellClicked);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, highest);
        QCOMPARE(clicks.count(), 1);
        QCOMPARE(clicks.at(0).at(0).value<std::size_t>(), std::size_t(3));
        QCOMPARE(clicks.at(0).at(1).value<std::size_t>(), std::size_t(5));
        QSignalSpy hovers(&plot, &PlotWidget::hovered);
        QTest::mouseMove(canvas, lowest);
        QVERIFY(hovers.count() > 0);
        QVERIFY(hovers.last().at(0).toString().contains(QStringLiteral("norm = 0")));
        plot.setRowsUpward(false);
        QTest::qWait(20);
        QVERIFY(middleOf(plot, canvas->size(), 0, 0).y() <
                middleOf(plot, canvas->size(), 3, 0).y());
    }

    void heatmapPaintsTheColoursOfItsScale() {
        HeatmapPlot plot;
        auto values = matrix(2, 2);
        values->values = {0, 1, 2, std::numeric_limits<float>::quiet_NaN()};
        plot.setMatrix(values);
        plot.setLimits(0, 2);
        showPlot(plot);
        const QPoint places[] = {middleOf(plot, canvasOf(plot)->size(), 0, 0),
                                 middleOf(plot, canvasOf(plot)->size(), 0, 1),
                                 middleOf(plot, canvasOf(plot)->size(), 1, 0)};
        const QImage image = canvasOf(plot)->grab().toImage();
        const double ratio = image.devicePixelRatio();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(image.pixel(QPoint(places[i] * ratio)), colourAt(ColourMap::Viridis, i / 2.0));
        // The cell without a value shows lines on the ground and no colour of the map.
        const QPoint missing = middleOf(plot, canvasOf(plot)->size(), 1, 1);
        int lines = 0;
        int ground = 0;
        for (int x = -10; x < 10; ++x) {
            const QRgb pixel = image.pixel(QPoint(missing * ratio) + QPoint(x, 0));
            lines += pixel == plot.plotStyle().missing.rgb() ? 1 : 0;
            ground += pixel == plot.plotStyle().background.rgb() ? 1 : 0;
        }
        QVERIFY(lines > 1 && ground > 5 && lines + ground == 20);
    }

    void heatmapZoomsAndGoesBack() {
        HeatmapPlot plot;
        plot.setMatrix(matrix(30, 40));
        showPlot(plot);
        QWidget* canvas = canvasOf(plot);
        const auto corner = plot.cellAt(middleOf(plot, canvas->size(), 0, 0));
        QVERIFY(corner.has_value());
        const QPoint centre = middleOf(plot, canvas->size(), 15, 20);
        const QPoint nearCorner = middleOf(plot, canvas->size(), 1, 1);
        turnWheel(canvas, centre, 240);
        QTest::qWait(20);
        QVERIFY(plot.cellAt(nearCorner) != std::pair(std::size_t(1), std::size_t(1)));
        QCOMPARE(plot.cellAt(centre), std::pair(std::size_t(15), std::size_t(20)));
        QVERIFY(plot.canZoomBack());
        QTest::keyClick(canvas, Qt::Key_Backspace);
        QTest::qWait(20);
        QCOMPARE(plot.cellAt(nearCorner), std::pair(std::size_t(1), std::size_t(1)));
        turnWheel(canvas, centre, -2400); // Never further out than all cells.
        QTest::qWait(20);
        QCOMPARE(plot.cellAt(nearCorner), std::pair(std::size_t(1), std::size_t(1)));
    }

    void divergingValuesGetACentredScale() {
        HeatmapPlot plot;
        auto values = matrix(2, 2);
        values->values = {-0.1F, 0.3F, 0.9F, 0.2F};
        values->diverging = true;
        plot.setMatrix(values);
        QCOMPARE(plot.colourMap(), ColourMap::Diverging);
        QCOMPARE(plot.colourScale().position(0), 0.5);
        plot.setMatrix(matrix(2, 2));
        QCOMPARE(plot.colourMap(), ColourMap::Viridis);
    }

    void aMatrixThatLiesAboutItsSizeIsNotDrawn() {
        HeatmapPlot plot;
        auto values = matrix(3, 3);
        values->values.pop_back();
        plot.setMatrix(values);
        QVERIFY(plot.isEmpty());
        showPlot(plot);
    }

    void heatmapDataIsTidy() {
        HeatmapPlot plot;
        auto values = matrix(1, 2);
        values->columnLabels = {"a", "b,c"};
        plot.setMatrix(values);
        QCOMPARE(plot.csv(), QStringLiteral("layer,token,norm\r\n0,a,0\r\n0,\"b,c\",1\r\n"));
    }

    void scatterFindsAndSelectsPoints() {
        ScatterPlot plot;
        plot.setValues({"x", "", {0, 1, 2, 3}}, {"y", "", {0, 1, 4, notMeasured}}, {2}, {0});
        showPlot(plot);
        QWidget* canvas = canvasOf(plot);
        const QPointF first = plot.pixelOf(1);
        QCOMPARE(plot.pointAt(first), std::optional<std::size_t>(1));
        QVERIFY(!plot.pointAt(first + QPointF(60, 60)).has_value());
        QSignalSpy clicks(&plot, &ScatterPlot::pointClicked);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, first.toPoint());
        QCOMPARE(clicks.at(0).at(0).value<std::size_t>(), std::size_t(1));
        QSignalSpy selections(&plot, &ScatterPlot::pointsSelected);
        plot.setDragMode(DragMode::SelectRectangle);
        const QPoint from = (plot.pixelOf(0) + QPointF(-8, 8)).toPoint();
        const QPoint to = (plot.pixelOf(1) + QPointF(8, -8)).toPoint();
        QTest::mousePress(canvas, Qt::LeftButton, {}, from);
        QTest::mouseMove(canvas, to);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, to);
        QCOMPARE(selections.count(), 1);
        QCOMPARE(selections.at(0).at(0).value<std::vector<std::size_t>>(),
                 (std::vector<std::size_t>{0, 1}));
        QVERIFY(plot.csv().contains(QStringLiteral("2,2,4,d_large")));
    }

    void scatterDrawsAHundredThousandPointsFast() {
        std::mt19937 random(1);
        std::normal_distribution<double> normal;
        ExampleColumn x{"x", "", {}};
        ExampleColumn y{"y", "", {}};
        for (int i = 0; i < 100000; ++i) {
            x.values.push_back(normal(random));
            y.values.push_back(normal(random));
        }
        ScatterPlot plot;
        plot.setValues(x, y, {}, {});
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("points.png"));
        const FigureOptions size{1400 / 96.0 * 25.4, 800 / 96.0 * 25.4, 9, 96};
        const std::clock_t start = std::clock(); // The program's own time, whatever else runs.
        const auto write = prepareFigure(plot, file, size);
        const double milliseconds =
            1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
        qInfo("100,000 points in %.1f ms", milliseconds);
        QVERIFY2(milliseconds < 250, "a frame is drawn at once");
        write();
        const QImage image(file);
        QCOMPARE(image.size(), QSize(1400, 800));
        // Something was drawn in the middle, where the points are.
        QVERIFY(image.pixel(650, 420) != image.pixel(5, 5));
    }

    void linesSayWhatTheyShow() {
        CurveFigure figure;
        figure.caption.title = "Loss";
        figure.xTitle = "layer";
        figure.yTitle = "NLL";
        figure.curves = {
            {"full", {0, 1, 2}, {3, 2, 1}, {2.9, 1.9, 0.9}, {3.1, 2.1, 1.1}, "d_large", false},
            {"torn", {0, 1}, {1}, {}, {}, "d_ctrl", false}};
        LinesPlot plot;
        plot.setFigure(figure);
        QCOMPARE(plot.figure().curves.size(), std::size_t(1)); // Lengths that differ are refused.
        QVERIFY(!plot.isEmpty());
        QCOMPARE(plot.csv(), QStringLiteral("curve,layer,NLL,low,high\r\nfull,0,3,2.9,3.1\r\n"
                                            "full,1,2,1.9,2.1\r\nfull,2,1,0.9,1.1\r\n"));
        showPlot(plot);
        QSignalSpy hovers(&plot, &PlotWidget::hovered);
        QTest::mouseMove(canvasOf(plot), canvasOf(plot)->rect().center());
        QVERIFY(hovers.count() > 0);
        QVERIFY(hovers.last().at(0).toString().contains(QStringLiteral("2.00 [1.90, 2.10]")));
        plot.setFigure({});
        QVERIFY(plot.isEmpty());
    }

    void wideRangesGetALogarithmicScale() {
        CurveFigure figure;
        figure.curves = {{"kurtosis", {0, 1, 2}, {3, 40, 9000}, {}, {}, "", false}};
        LinesPlot plot;
        plot.setFigure(figure);
        QVERIFY(plot.isLogarithmic());
        figure.curves[0].y = {3, 40, 90};
        plot.setFigure(figure);
        QVERIFY(!plot.isLogarithmic());
    }

    void barsAreFoundByTheMouse() {
        BarsFigure figure;
        figure.valueTitle = "recovered";
        figure.groups = {{"down",
                          {{"D_large", "d_large", {0.9, 0.8, 1.0}, false, {}},
                           {"D_ctrl", "d_ctrl", {0.2, -5, 5}, true, {}}}}};
        BarsPlot plot;
        plot.setFigure(figure);
        showPlot(plot);
        QWidget* canvas = canvasOf(plot);
        std::size_t last = 0;
        int seen = 0;
        for (int y = 0; y < canvas->height(); ++y) {
            const auto bar = plot.barAt(QPointF(canvas->width() / 2.0, y));
            if (bar) {
                QVERIFY2(bar->second >= last, "bars go downward in their order");
                last = bar->second;
                ++seen;
            }
        }
        QCOMPARE(last, std::size_t(1));
        QVERIFY(seen > 100);
        QVERIFY(plot.csv().contains(QStringLiteral("down,D_ctrl,0.2,-5,5,1")));
        // The orange of D_large is on the picture.
        const QImage image = canvas->grab().toImage();
        int orange = 0;
        for (int y = 0; y < image.height(); ++y) {
            const QColor pixel = image.pixelColor(image.width() * 3 / 5, y);
            orange += pixel.red() > 200 && pixel.green() > 120 && pixel.blue() < 80 ? 1 : 0;
        }
        QVERIFY(orange > 20);
    }

    void rowsHaveTheirNames() {
        BarsFigure figure;
        for (const char* name : {"down", "gate", "attention"})
            figure.groups.push_back({name, {{"D_large", "d_large", {0.9, 0.8, 1.0}, false, {}}}});
        BarsPlot plot;
        plot.setFigure(figure);
        showPlot(plot);
        const QVector<QString> names{"down", "gate", "attention"};
        const QObjectList parts = canvasOf(plot)->findChildren<QObject*>(); // axes among them
        QVERIFY(std::any_of(parts.begin(), parts.end(), [&names](const QObject* part) {
            return part->property("tickVectorLabels").value<QVector<QString>>() == names;
        }));
    }

    /// The sixth lane has the colour of the first: lines across its bar tell them apart.
    void barsOfOneColourDiffer() {
        std::vector<std::string> lanes;
        BarsFigure figure;
        BarGroup group{"group", {}};
        for (int lane = 0; lane < 6; ++lane) {
            lanes.push_back("lane " + std::to_string(lane));
            group.bars.push_back({lanes.back(), lanes.back(), {1, notMeasured, notMeasured}});
        }
        figure.groups = {group};
        BarsPlot plot;
        plot.setLaneStyles(LaneStyles(lanes));
        plot.setFigure(figure);
        showPlot(plot);
        QWidget* canvas = canvasOf(plot);
        const QImage image = canvas->grab().toImage();
        const LaneStyles styles(lanes);
        const QColor colour = styles.style(lanes[0], plot.plotStyle()).colour;
        QCOMPARE(styles.style(lanes[5], plot.plotStyle()).colour, colour);
        // Of the rows in a bar's middle, the share of pixels that have its colour.
        const auto share = [&](std::size_t bar) {
            int of = 0, all = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = image.width() / 3; x < image.width() * 2 / 3; ++x) {
                    const auto found = plot.barAt(QPointF(x, y));
                    const auto near = plot.barAt(QPointF(x, y - 5));
                    const auto below = plot.barAt(QPointF(x, y + 5));
                    if (!found || found->second != bar || near != found || below != found)
                        continue;
                    ++all;
                    of += image.pixelColor(x, y) == colour ? 1 : 0;
                }
            return all > 0 ? double(of) / all : -1;
        };
        QVERIFY2(share(0) > 0.99, qPrintable(QString::number(share(0))));
        QVERIFY2(share(5) > 0.1 && share(5) < 0.85, qPrintable(QString::number(share(5))));
    }

    void longCaptionsAreCutAndShownWhole() {
        LinesPlot plot;
        CurveFigure figure;
        figure.curves = {{"a", {0, 1}, {1, 2}, {}, {}, "", false}};
        figure.caption = {"Loss", "Short.", "", ""};
        plot.setFigure(figure);
        showPlot(plot);
        auto* bar = plot.findChild<CaptionBar*>();
        QVERIFY(bar && bar->isVisible());
        const int line = bar->height();
        QVERIFY(bar->findChild<QLabel*>()->toolTip().isEmpty());
        std::string definition = "It begins here";
        for (int method = 0; method < 80; ++method)
            definition += ", rtn:bits=3,group=" + std::to_string(method);
        figure.caption.definition = definition + " and ends.";
        plot.setFigure(figure);
        QTest::qWait(50);
        QVERIFY2(bar->height() < 4 * line, qPrintable(QString::number(bar->height())));
        const auto* label = bar->findChild<QLabel*>();
        QVERIFY(label->text().contains(QStringLiteral("It begins here")));
        QVERIFY(!label->text().contains(QStringLiteral("and ends.")));
        QVERIFY(label->toolTip().contains(QStringLiteral("and ends.")));
        QVERIFY(plot.accessibleDescription().contains(QStringLiteral("and ends.")));
        const int shown = static_cast<int>(label->text().size());
        plot.resize(1500, 400); // more of it where there is room
        QTest::qWait(50);
        QVERIFY(label->text().size() > shown + 100);
        QTest::mouseClick(bar, Qt::LeftButton, {}, QPoint(20, 5));
        bool whole = false;
        for (const QLabel* each : bar->findChildren<QLabel*>())
            whole = whole || (each != label && each->text().contains(QStringLiteral("and ends.")));
        QVERIFY(whole);
    }

    /// A single point at the end of the axis is a whole disc.
    void aPointAtTheEndIsNotCut() {
        CurveFigure figure;
        figure.curves = {{"line", {0, 0.2}, {0, 1}, {}, {}, "", false},
                         {"point", {0.3}, {2}, {}, {}, "", false}};
        LinesPlot plot;
        plot.setFigure(figure);
        showPlot(plot);
        const double end = plot.viewState()[QStringLiteral("ranges")].toList()[1].toDouble();
        QVERIFY(end > 0.3 && end < 0.32);
    }
};

QTEST_MAIN(TestPlots)
#include "test_plots.moc"
