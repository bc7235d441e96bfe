// What plots compute before they draw: numbers as text, ticks, label places, histograms, colours.

// QCustomPlot's header is written with Qt's keywords.
#undef QT_NO_KEYWORDS

#include "views/plots/axis_tickers.h"
#include "views/plots/colour_maps.h"
#include "views/plots/colour_scale.h"
#include "views/plots/comma_separated.h"
#include "views/plots/histogram.h"
#include "views/plots/lane_styles.h"
#include "views/plots/line_labels.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <set>

using namespace quantscope;

namespace {

constexpr double exact = 1e-12;
constexpr int colourStep = 8; ///< of 255: what interpolating ten published points may differ by
const double notANumber = std::numeric_limits<double>::quiet_NaN();

void compareColours(QRgb actual, QRgb published) {
    QVERIFY2(std::abs(qRed(actual) - qRed(published)) <= colourStep &&
                 std::abs(qGreen(actual) - qGreen(published)) <= colourStep &&
                 std::abs(qBlue(actual) - qBlue(published)) <= colourStep,
             qPrintable(QStringLiteral("%1 is not %2").arg(actual, 8, 16).arg(published, 8, 16)));
}

} // namespace

class TestValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersHaveThreeDigits_data() {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("nan") << notANumber << QStringLiteral("–");
        QTest::newRow("zero") << 0.0 << QStringLiteral("0");
        QTest::newRow("small") << 0.0123456 << QStringLiteral("0.0123");
        QTest::newRow("one") << 1.0 << QStringLiteral("1.00");
        QTest::newRow("negative") << -12.345 << QStringLiteral("−12.3");
        QTest::newRow("thousands") << 12345.0 << QStringLiteral("12345");
        QTest::newRow("tiny") << 1.234e-7 << QStringLiteral("1.23e−7");
        QTest::newRow("huge") << 2.5e9 << QStringLiteral("2.50e9");
        QTest::newRow("infinite") << -std::numeric_limits<double>::infinity()
                                  << QStringLiteral("−∞");
    }

    void numbersHaveThreeDigits() {
        QFETCH(double, value);
        QTEST(formatNumber(value), "text");
    }

    void intervalsShowTheirEnds() {
        QCOMPARE(formatInterval(1.234, 1.2, 1.27), QStringLiteral("1.23 [1.20, 1.27]"));
        QCOMPARE(formatInterval(1.234, notANumber, 1.27), QStringLiteral("1.23"));
    }

    void ticksKeepBothEnds() {
        // 32 layers, room for a label every four: by fives, and 30 gives way to 31.
        const std::vector<int> layers = CategoryTicker::chosen(0, 31, 320, 40);
        QCOMPARE(layers, (std::vector<int>{0, 5, 10, 15, 20, 25, 31}));
        QCOMPARE(CategoryTicker::chosen(0, 3, 400, 40), (std::vector<int>{0, 1, 2, 3}));
        QCOMPARE(CategoryTicker::chosen(0, 63, 640, 35, true).at(1), 4);
        QVERIFY(CategoryTicker::chosen(0, -1, 100, 10).empty());
    }

    void ticksNeverOverlap() {
        for (int count = 1; count < 300; count += 7) {
            const std::vector<int> ticks = CategoryTicker::chosen(0, count - 1, 500, 40);
            QVERIFY(!ticks.empty());
            QCOMPARE(ticks.front(), 0);
            for (std::size_t i = 1; i < ticks.size(); ++i)
                QVERIFY((ticks[i] - ticks[i - 1]) * 500.0 / count >= 0.9 * 40);
        }
    }

    void theWidestLabelIsFoundInTheFontOfTheAxis() {
        QCustomPlot plot;
        CategoryTicker ticker(plot.xAxis);
        const auto widest = [&](const std::vector<QString>& labels) {
            const QFontMetricsF metrics(plot.xAxis->tickLabelFont());
            double width = 0;
            for (const QString& label : labels)
                width = std::max(width, metrics.horizontalAdvance(label));
            return width;
        };
        const std::vector<QString> names = {"iii", "WWW", "word", "a long name"};
        ticker.setCategories(names.size(), names);
        QVERIFY(!ticker.isNumbered());
        for (const int size : {9, 20}) { // measured again in another font
            plot.xAxis->setTickLabelFont(QFont(QStringLiteral("sans"), size));
            QCOMPARE(ticker.widestLabel(0, 3), widest(names));
            QCOMPARE(ticker.widestLabel(0, 1), widest({"iii", "WWW"}));
        }
        ticker.setCategories(2, {"shorter", "i"}); // and other names
        QCOMPARE(ticker.widestLabel(0, 1), widest({"shorter"}));
        ticker.setCategories(3, {"7", "8", "1000"});
        QVERIFY(ticker.isNumbered());
        QVERIFY(std::abs(ticker.widestLabel(0, 2) - widest({"1000"})) < widest({"0"}));
    }

    void labelsSpreadApart() {
        const std::vector<double> wishes = {10, 11, 12, 100, 199};
        const std::vector<double> places = spreadApart(wishes, 12, 0, 200);
        QCOMPARE(places.size(), wishes.size());
        for (std::size_t i = 1; i < places.size(); ++i)
            QVERIFY(places[i] - places[i - 1] >= 12 - 1e-9);
        QVERIFY(std::abs(places[3] - 100) < exact); // Nobody near: stays where it wants to be.
        QVERIFY(places.front() >= 6 - exact && places.back() <= 194 + exact);
    }

    void histogramCountsEveryValueOnce() {
        std::vector<double> values = {0, 0, 1, 2, 2.5, 3, 9.99, 10, notANumber};
        const Bins bins = binsFor(values);
        QCOMPARE(bins.low, 0.0);
        QCOMPARE(bins.high, 10.0);
        const std::vector<double> counts = countInBins(values, bins);
        double sum = 0;
        for (const double count : counts)
            sum += count;
        QCOMPARE(sum, 8.0);
        QCOMPARE(countInBins(values, {0, 10, 2}), (std::vector<double>{6, 2}));
        QCOMPARE(binsFor(std::vector<double>{3, 3, 3}).low, 2.5);
        QCOMPARE(binsFor(std::vector<double>{}).count, std::size_t(1));
    }

    void sequentialMapsGrowLighter() {
        for (const ColourMap map : {ColourMap::Viridis, ColourMap::Cividis, ColourMap::Magma}) {
            double before = -1;
            for (const QRgb colour : colourTable(map)) {
                // Colours of eight bits a channel wobble by a fraction of a per cent.
                QVERIFY(lightness(colour) > before - 0.002);
                before = std::max(before, lightness(colour));
            }
            QVERIFY(lightness(colourAt(map, 1)) - lightness(colourAt(map, 0)) > 0.5);
        }
    }

    void divergingMapIsLightestInTheMiddle() {
        const auto& table = colourTable(ColourMap::Diverging);
        for (std::size_t i = 1; i < 128; ++i) {
            QVERIFY(lightness(table[i]) > lightness(table[i - 1]) - 0.002);
            QVERIFY(lightness(table[255 - i]) > lightness(table[256 - i]) - 0.002);
        }
        QVERIFY(std::abs(lightness(table[0]) - lightness(table[255])) < 0.1);
    }

    void mapsAreThePublishedOnes() {
        // Middles of matplotlib's tables, which are none of the points interpolated between.
        compareColours(colourAt(ColourMap::Viridis, 0.5), 0xFF21918C);
        compareColours(colourAt(ColourMap::Magma, 0.5), 0xFFB73779);
        compareColours(colourAt(ColourMap::Cividis, 0.5), 0xFF7C7B78);
    }

    void percentilesCutOutliers() {
        std::vector<float> values;
        for (int i = 0; i <= 100; ++i)
            values.push_back(static_cast<float>(i));
        values.push_back(std::numeric_limits<float>::quiet_NaN());
        const ColourScale scale = ColourScale::fitted(ScaleKind::Linear, values);
        QCOMPARE(scale.lower(), 1.0);
        QCOMPARE(scale.upper(), 99.0);
        QCOMPARE(scale.position(50), 0.5);
        QCOMPARE(scale.position(-7), 0.0);
        QCOMPARE(scale.position(1000), 1.0);
        QVERIFY(std::isnan(scale.position(notANumber)));
        const ColourScale all = ColourScale::fitted(ScaleKind::Linear, values, {0, 100});
        QCOMPARE(all.upper(), 100.0);
    }

    void symmetricScalesCentreZero() {
        const ColourScale scale(ScaleKind::Symmetric, -0.2, 0.8);
        QCOMPARE(scale.lower(), -0.8);
        QCOMPARE(scale.position(0), 0.5);
    }

    void logarithmicScalesTakePositiveValues() {
        const std::vector<float> values = {-5, 0, 1, 10, 100};
        const ColourScale scale = ColourScale::fitted(ScaleKind::Logarithmic, values, {0, 100});
        QCOMPARE(scale.lower(), 1.0);
        QVERIFY(std::abs(scale.position(10) - 0.5) < exact);
        QCOMPARE(scale.position(-1), 0.0);
    }

    void degenerateScalesAreUsable() {
        const std::vector<float> none;
        QVERIFY(std::isfinite(ColourScale::fitted(ScaleKind::Linear, none).position(1)));
        const std::vector<float> same = {4, 4, 4};
        QCOMPARE(ColourScale::fitted(ScaleKind::Linear, same).position(4), 0.5);
        QVERIFY(std::isfinite(ColourScale(ScaleKind::Logarithmic, 0, 0).position(3)));
    }

    void setsAndLanesNeverShareColours() {
        std::vector<std::string> lanes = {"reference"};
        for (int i = 0; i < 12; ++i)
            lanes.push_back("lane" + std::to_string(i));
        const LaneStyles styles(lanes);
        for (const bool dark : {false, true}) {
            PlotStyle theme = PlotStyle::forExport(7, 96);
            theme.dark = dark;
            std::set<std::tuple<QRgb, int>> looks;
            for (std::size_t i = 1; i < lanes.size(); ++i) {
                const RoleStyle style = styles.style(lanes[i], theme);
                QVERIFY(style.colour != theme.large && style.colour != theme.control);
                QVERIFY(looks.insert({style.colour.rgb(), static_cast<int>(style.line)}).second);
            }
        }
        const PlotStyle light = PlotStyle::forExport(7, 96);
        QCOMPARE(styles.style("d_large", light).colour.rgb(), QRgb(0xFFE69F00));
        QCOMPARE(styles.style("d_ctrl", light).colour.rgb(), QRgb(0xFF0072B2));
    }

    void commaSeparatedTextIsQuoted() {
        CommaSeparated text;
        text.add(QStringLiteral("rtn:bits=3,group=64")).add(QStringLiteral("say \"no\"")).add(0.1);
        text.add(notANumber).endLine();
        text.add(QStringLiteral("plain")).endLine();
        QCOMPARE(text.text(),
                 QStringLiteral("\"rtn:bits=3,group=64\",\"say \"\"no\"\"\",0.1,\r\nplain\r\n"));
    }
};

QTEST_MAIN(TestValues)
#include "test_values.moc"
