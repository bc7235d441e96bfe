// Names of rows: broken into lines where there is room, whole in exported figures.

#include "views/export/row_heights.h"
#include "views/plots/name_lines.h"

#include <QFontMetricsF>
#include <QTest>

using namespace quantscope;

class TestRowNames : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesWithinTheWidth() {
        const QFontMetricsF metrics{QFont()};
        const QString name = QStringLiteral("RTN-4, by other methods' mean rank");
        const double width = metrics.horizontalAdvance(QStringLiteral("RTN-4, by other methods' "));
        const auto lines = [&](int most, double within) {
            return inLines(name, metrics, within, most).split(QLatin1Char('\n'));
        };
        QCOMPARE(lines(2, width),
                 QStringList({QStringLiteral("RTN-4, by other methods'"), "mean rank"}));
        QCOMPARE(lines(5, width).size(), 2); // no more than it needs
        QCOMPARE(lines(2, 10 * width), QStringList(name));
        for (const int most : {1, 2, 3}) {
            const QStringList found = lines(most, width / 2);
            QVERIFY(found.size() <= most);
            for (const QString& line : found)
                QVERIFY(metrics.horizontalAdvance(line) <= width / 2 + 1e-6);
        }
        QVERIFY(lines(1, width).front().contains(QChar(0x2026))); // the middle is left out
    }

    void heightsHoldEveryName() {
        BarsFigure figure;
        const auto add = [&](const char* label, std::size_t bars) {
            figure.groups.push_back({.label = label, .bars = std::vector<Bar>(bars)});
        };
        add("short", 1);
        QCOMPARE(heightOf(figure, 8), 60.0);
        for (int i = 0; i < 19; ++i)
            add("short", 1);
        const double line = 8 / 72.0 * 25.4; // millimetres of a letter's height
        const double low = heightOf(figure, 8);
        QVERIFY(low >= 20 * line + 20);
        add("a name that needs two lines", 1);
        QVERIFY(heightOf(figure, 8) >= 21 * 2 * line + 20);
        for (int i = 0; i < 400; ++i)
            add("short", 8);
        QCOMPARE(heightOf(figure, 8), 240.0); // a page
    }
};

QTEST_MAIN(TestRowNames)
#include "test_row_names.moc"
