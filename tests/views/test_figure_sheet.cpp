// Several figures in one file: places, letters, text as text, failures.

#include "core/data/error.h"
#include "views/export/figure_sheet.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"

#include <QFile>
#include <QImage>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace quantscope;

namespace {

std::unique_ptr<LinesPlot> lines(const std::string& title) {
    CurveFigure figure;
    figure.caption.title = title;
    figure.caption.definition = "What it is.";
    figure.xTitle = "depth of " + title;
    figure.yTitle = "loss";
    figure.curves = {{"full", {0, 1, 2}, {3, 2, 1}, {}, {}, "d_large", false}};
    auto plot = std::make_unique<LinesPlot>();
    plot->setFigure(figure);
    return plot;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Words of the page with the places of their left upper corners, in points.
QList<std::pair<QString, QPointF>> wordsOf(const QString& pdf) {
    QProcess reader;
    reader.start(QStringLiteral("pdftotext"), {QStringLiteral("-bbox"), pdf, QStringLiteral("-")});
    reader.waitForFinished();
    QList<std::pair<QString, QPointF>> words;
    static const QRegularExpression word(
        QStringLiteral("<word xMin=\"(-?[0-9.]+)\" yMin=\"(-?[0-9.]+)\"[^>]*>([^<]*)</word>"));
    auto match = word.globalMatch(QString::fromUtf8(reader.readAllStandardOutput()));
    while (match.hasNext()) {
        const auto found = match.next();
        words.append({found.captured(3),
                      QPointF(found.captured(1).toDouble(), found.captured(2).toDouble())});
    }
    return words;
}

QPointF placeOf(const QList<std::pair<QString, QPointF>>& words, const QString& word) {
    for (const auto& [text, place] : words) {
        if (text == word)
            return place;
    }
    return {-1000, -1000};
}

} // namespace

class TestFigureSheet : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void letters() {
        QCOMPARE(figureLetter(0), QStringLiteral("a"));
        QCOMPARE(figureLetter(25), QStringLiteral("z"));
        QCOMPARE(figureLetter(26), QStringLiteral("aa"));
        QCOMPARE(figureLetter(27), QStringLiteral("ab"));
    }

    void heightOfThePage() {
        SheetOptions options;
        options.rowMillimetres = 50;
        options.gapMillimetres = 4;
        options.columns = 2;
        QCOMPARE(sheetHeight(options, 2), 50.0);
        QCOMPARE(sheetHeight(options, 3), 104.0);
        QCOMPARE(sheetHeight(options, 4), 104.0);
    }

    void figuresStandInRowsWithTextAsText() {
        if (QStandardPaths::findExecutable(QStringLiteral("pdftotext")).isEmpty())
            QSKIP("pdftotext is not installed");
        QTemporaryDir folder;
        const auto first = lines("alpha");
        const auto second = lines("beta");
        const auto third = lines("gamma");
        const QString path = folder.filePath(QStringLiteral("sheet.pdf"));
        const SheetOptions options;
        exportFigureSheet({first.get(), second.get(), third.get()}, path, options, true);
        const auto words = wordsOf(path);
        const double point = 72 / 25.4; // a millimetre in points
        constexpr double near = 6;
        const double secondColumn = (options.widthMillimetres + options.gapMillimetres) / 2 * point;
        const double secondRow = (options.rowMillimetres + options.gapMillimetres) * point;
        const QPointF a = placeOf(words, QStringLiteral("a"));
        const QPointF b = placeOf(words, QStringLiteral("b"));
        const QPointF c = placeOf(words, QStringLiteral("c"));
        QVERIFY(a.x() > -1 && a.x() < near && a.y() > -near && a.y() < near);
        QVERIFY(std::abs(b.x() - secondColumn) < near && b.y() < near);
        QVERIFY(c.x() < near && std::abs(c.y() - secondRow) < near);
        // Each figure's own text lies in its cell.
        const QPointF alpha = placeOf(words, QStringLiteral("alpha"));
        const QPointF beta = placeOf(words, QStringLiteral("beta"));
        const QPointF gamma = placeOf(words, QStringLiteral("gamma"));
        QVERIFY(alpha.x() > 0 && alpha.x() < secondColumn && alpha.y() < secondRow);
        QVERIFY(beta.x() > secondColumn && beta.y() < secondRow);
        QVERIFY(gamma.x() > 0 && gamma.x() < secondColumn && gamma.y() > secondRow);
        const QString captions = QString::fromUtf8(contentOf(folder.filePath("sheet.txt")));
        QCOMPARE(captions.count(QLatin1Char('\n')), 3);
        QVERIFY(captions.startsWith("(a) alpha. What it is."));
        QVERIFY(captions.contains("(c) gamma."));
    }

    void svgAndPng() {
        QTemporaryDir folder;
        const auto first = lines("alpha");
        const auto second = lines("beta");
        const QString svg = folder.filePath(QStringLiteral("sheet.svg"));
        exportFigureSheet({first.get(), second.get()}, svg);
        QVERIFY(contentOf(svg).contains("depth of beta"));
        const QString png = folder.filePath(QStringLiteral("sheet.png"));
        SheetOptions options;
        options.columns = 1;
        exportFigureSheet({first.get(), second.get()}, png, options);
        const QImage image(png);
        QCOMPARE(image.width(), static_cast<int>(std::lround(170 / 25.4 * 300)));
        QCOMPARE(image.height(), static_cast<int>(std::lround(114 / 25.4 * 300)));
    }

    void whatCannotBe() {
        QTemporaryDir folder;
        const auto first = lines("alpha");
        const QString path = folder.filePath(QStringLiteral("sheet.pdf"));
        QVERIFY_EXCEPTION_THROWN(exportFigureSheet({}, path), Error);
        SheetOptions narrow;
        narrow.columns = 6;
        narrow.widthMillimetres = 40;
        QVERIFY_EXCEPTION_THROWN(exportFigureSheet({first.get()}, path, narrow), Error);
        QVERIFY_EXCEPTION_THROWN(exportFigureSheet({first.get()}, folder.filePath("sheet.doc")),
                                 Error);
        QVERIFY(!QFile::exists(path));
    }
};

QTEST_MAIN(TestFigureSheet)
#include "test_figure_sheet.moc"
