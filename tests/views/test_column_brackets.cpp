// Groups of a map's columns: where brackets and names lie, and that they are drawn and written.

#include "views/export/figure_export.h"
#include "views/plots/bracket_layout.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/title_lines.h"

#include <QFile>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace quantscope;

namespace {

constexpr double pixelTolerance = 1e-9;

/// 10 columns of D_large, 80 of none, 10 of D_ctrl.
ColumnGroups sets() {
    return {"set",
            {{"D_large", "d_large", 0, 10},
             {"other examples", "", 10, 80},
             {"D_ctrl", "d_ctrl", 90, 10}}};
}

/// Of as many columns.
std::shared_ptr<Matrix> map() {
    auto matrix = std::make_shared<Matrix>();
    matrix->rows = 3;
    matrix->columns = 100;
    matrix->values.assign(300, 1);
    matrix->values[7] = 2;
    matrix->rowTitle = "layer";
    matrix->columnTitle = "example";
    matrix->valueTitle = "norm";
    return matrix;
}

void showPlot(QWidget& plot, QSize size = {700, 400}) {
    plot.resize(size);
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    QTest::qWait(20); // The queued replot.
}

/// How many pixels of a rectangle have exactly this colour.
int count(const QImage& image, const QRect& area, QColor colour) {
    int found = 0;
    for (int y = area.top(); y <= area.bottom(); ++y)
        for (int x = area.left(); x <= area.right(); ++x)
            found += image.pixelColor(x, y) == colour ? 1 : 0;
    return found;
}

} // namespace

class TestColumnBrackets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bracketsSpanTheirColumns() {
        const QFontMetricsF metrics{QFont()};
        const std::vector<ColumnGroup> groups = sets().groups;
        const auto brackets = bracketLayout(groups, {-0.5, 99.5}, {50, 1050}, metrics);
        QCOMPARE(brackets.size(), std::size_t(3));
        const double lefts[] = {50, 150, 950};
        const double rights[] = {150, 950, 1050};
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(std::abs(brackets[i].left - lefts[i]) < pixelTolerance);
            QVERIFY(std::abs(brackets[i].right - rights[i]) < pixelTolerance);
            QCOMPARE(brackets[i].name, QString::fromStdString(groups[i].name));
            const double width = metrics.horizontalAdvance(brackets[i].name);
            QVERIFY(std::abs(brackets[i].nameLeft + width / 2 - (lefts[i] + rights[i]) / 2) <
                    pixelTolerance);
        }
        // Zoomed to columns 5 to 54: the first is cut, the last is out of view.
        const auto zoomed = bracketLayout(groups, {4.5, 54.5}, {0, 500}, metrics);
        QCOMPARE(zoomed.size(), std::size_t(2));
        QVERIFY(std::abs(zoomed[0].left) < pixelTolerance);
        QVERIFY(std::abs(zoomed[0].right - 50) < pixelTolerance);
        QVERIFY(std::abs(zoomed[1].right - 500) < pixelTolerance);
    }

    void namesNeverOverlap() {
        const QFontMetricsF metrics{QFont()};
        std::vector<ColumnGroup> groups;
        std::size_t first = 0;
        for (std::size_t i = 0; i < 60; ++i) {
            const std::size_t size = 1 + (i * 7) % 12;
            groups.push_back({"a name of length " + std::string(i % 9, 'x'), "", first, size});
            first += size;
        }
        const auto columns = static_cast<double>(first);
        for (const double width : {120.0, 400.0, 1200.0, 20000.0}) {
            int whole = 0;
            double end = -1;
            auto brackets = bracketLayout(groups, {-0.5, columns - 0.5}, {0, width}, metrics);
            std::sort(brackets.begin(), brackets.end(),
                      [](const auto& a, const auto& b) { return a.nameLeft < b.nameLeft; });
            for (const auto& bracket : brackets) {
                QVERIFY(bracket.right - bracket.left >= 3);
                if (bracket.name.isEmpty())
                    continue;
                QVERIFY2(bracket.nameLeft > end, qPrintable(bracket.name));
                end = bracket.nameLeft + metrics.horizontalAdvance(bracket.name);
                QVERIFY(end <= width + pixelTolerance);
                whole += bracket.name.endsWith(QChar(0x2026)) ? 0 : 1;
            }
            if (width > 10000)
                QVERIFY2(whole > 30, "most names fit where there is room");
            if (width < 200)
                QVERIFY2(whole < 5, "few do where there is none");
        }
    }

    /// At the edges of a map, where the sets are, names reach over the room of their neighbour.
    void aNarrowSetKeepsItsName() {
        const QFontMetricsF metrics{QFont()};
        const auto brackets = bracketLayout(sets().groups, {-0.5, 99.5}, {0, 250}, metrics);
        QCOMPARE(brackets.front().name, QStringLiteral("D_large"));
        QCOMPARE(brackets.front().nameLeft, 0.0);
        QCOMPARE(brackets.back().name, QStringLiteral("D_ctrl"));
        QVERIFY(std::abs(brackets.back().nameLeft + metrics.horizontalAdvance("D_ctrl") - 250) <
                pixelTolerance);
    }

    void setsHaveTheirColoursAboveTheMap() {
        HeatmapPlot plot;
        plot.setMatrix(map(), sets());
        showPlot(plot);
        QWidget* canvas = plot.focusProxy();
        const QImage image = canvas->grab().toImage();
        const auto topOf = [&](std::size_t column) {
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (plot.cellAt(QPointF(x, y)) == std::pair(std::size_t(2), column))
                        return QPoint(x, y);
            return QPoint(-1, -1);
        };
        const QPoint large = topOf(0), control = topOf(90), end = topOf(99);
        QVERIFY(large.y() > 20 && control.x() > large.x());
        const QRect aboveLarge(large.x(), 0, topOf(10).x() - large.x(), large.y());
        const QRect aboveControl(control.x(), 0, end.x() - control.x(), control.y());
        const PlotStyle& style = plot.plotStyle();
        QVERIFY(count(image, aboveLarge, style.large) > aboveLarge.width() / 2);
        QCOMPARE(count(image, aboveLarge, style.control), 0);
        QVERIFY(count(image, aboveControl, style.control) > aboveControl.width() / 2);
        QCOMPARE(count(image, aboveControl, style.large), 0);
        // Without groups their room is the map's again.
        plot.setMatrix(map());
        QTest::qWait(50);
        QVERIFY2(topOf(0).y() < large.y() - 10,
                 qPrintable(QStringLiteral("%1 %2").arg(topOf(0).y()).arg(large.y())));
        QCOMPARE(count(canvas->grab().toImage(), canvas->rect(), style.large), 0);
    }

    void theGroupIsSaidAndWritten() {
        HeatmapPlot plot;
        plot.setMatrix(map(), sets());
        const QStringList lines = plot.csv().split(QStringLiteral("\r\n"));
        QCOMPARE(lines[0], QStringLiteral("layer,example,norm,set"));
        QCOMPARE(lines[8], QStringLiteral("0,7,2,D_large"));
        QCOMPARE(lines[100], QStringLiteral("0,99,1,D_ctrl"));
        QCOMPARE(lines[111], QStringLiteral("1,10,1,other examples"));
        showPlot(plot);
        QWidget* canvas = plot.focusProxy();
        QSignalSpy hovers(&plot, &PlotWidget::hovered);
        for (int x = 0; x < canvas->width(); ++x)
            if (const auto cell = plot.cellAt(QPointF(x, 200)); cell && cell->second == 95) {
                QTest::mouseMove(canvas, QPoint(x, 200));
                break;
            }
        QVERIFY(!hovers.isEmpty());
        QVERIFY(hovers.last().at(0).toString().endsWith(QStringLiteral("; group D_ctrl")));
    }

    void exportsHaveBrackets() {
        QTemporaryDir folder;
        HeatmapPlot plot;
        plot.setMatrix(map(), sets());
        const QString path = folder.filePath(QStringLiteral("map.svg"));
        exportFigure(plot, path, {});
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(file.readAll());
        for (const char* part : {">D_large<", ">D_ctrl<", "#e69f00", "#0072b2"})
            QVERIFY2(text.contains(QLatin1String(part), Qt::CaseInsensitive), part);
    }

    void titlesBreakWhereTheyMust() {
        const QFontMetricsF metrics{QFont()};
        const QString title = QStringLiteral("relative error at resid_mid, rtn:bits=3,group=32");
        QCOMPARE(titleInLines(title, metrics, 10000), title);
        const double width = metrics.horizontalAdvance(title);
        const QStringList lines =
            titleInLines(title, metrics, width * 0.7).split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines.join(QLatin1Char(' ')), title);
        for (const double length : {width * 0.3, width * 0.1, 4.0}) {
            const QString shortened = titleInLines(title, metrics, length);
            QVERIFY(shortened.count(QLatin1Char('\n')) <= 1);
            if (length > width * 0.2)
                for (const QString& line : shortened.split(QLatin1Char('\n')))
                    QVERIFY2(metrics.horizontalAdvance(line) <= length, qPrintable(line));
        }
    }
};

QTEST_MAIN(TestColumnBrackets)
#include "test_column_brackets.moc"
