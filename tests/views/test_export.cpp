// Figures as files: sizes, text as text, the light theme, data, failures.

#include "core/data/error.h"
#include "views/export/figure_export.h"
#include "views/export/figure_set.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/lines_plot.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <thread>

using namespace quantscope;

namespace {

CurveFigure figure() {
    CurveFigure figure;
    figure.caption.title = "Loss by layer";
    figure.xTitle = "layer";
    figure.yTitle = "NLL in nat";
    figure.curves = {{"full", {0, 1, 2}, {3, 2, 1}, {}, {}, "d_large", false},
                     {"quantized", {0, 1, 2}, {3.5, 2.4, 1.6}, {}, {}, "d_ctrl", true}};
    return figure;
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

template <typename Action>
ErrorKind kindOf(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind();
    }
    return ErrorKind::Internal;
}

} // namespace

class TestExport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        m_plot = std::make_unique<LinesPlot>();
        m_plot->setFigure(figure());
    }

    void pdfHasTheSizeAskedFor() {
        const QString path = m_folder->filePath(QStringLiteral("figure.pdf"));
        exportFigure(*m_plot, path, {85, 60, 7, 300});
        const QByteArray bytes = contentOf(path);
        QVERIFY(bytes.startsWith("%PDF"));
        const auto box =
            QRegularExpression(QStringLiteral("/MediaBox \\[0 0 ([0-9.]+) ([0-9.]+)\\]"))
                .match(QString::fromLatin1(bytes));
        QVERIFY(box.hasMatch());
        constexpr double point = 0.5; // QPdfWriter rounds pages to tenths of a point at best.
        QVERIFY(std::abs(box.captured(1).toDouble() - 85 / 25.4 * 72) < point);
        QVERIFY(std::abs(box.captured(2).toDouble() - 60 / 25.4 * 72) < point);
        QVERIFY2(bytes.contains("/FontFile2") || bytes.contains("/FontFile3"),
                 "text is text, with its font");
        QVERIFY2(!bytes.contains("/Subtype /Image"), "lines are lines");
    }

    void whatIsDrawnCanBeWrittenByAnotherThread() {
        for (const char* ending : {"png", "pdf", "svg", "csv"}) {
            const QString path = m_folder->filePath(QStringLiteral("later.%1").arg(ending));
            const auto write = prepareFigure(*m_plot, path, {85, 60, 7, 300});
            QVERIFY(!QFile::exists(path));
            std::thread(write).join();
            QVERIFY2(!contentOf(path).isEmpty(), ending);
        }
        QCOMPARE(QImage(m_folder->filePath(QStringLiteral("later.png"))).width(),
                 static_cast<int>(std::lround(85 / 25.4 * 300)));
    }

    void svgKeepsTextAsText() {
        const QString path = m_folder->filePath(QStringLiteral("figure.svg"));
        exportFigure(*m_plot, path, {170, 60, 7, 300});
        QXmlStreamReader xml(contentOf(path));
        QString texts;
        QString width;
        while (!xml.atEnd()) {
            xml.readNext();
            if (!xml.isStartElement())
                continue;
            if (xml.name() == QLatin1String("svg"))
                width = xml.attributes().value(QLatin1String("width")).toString();
            if (xml.name() == QLatin1String("text"))
                texts +=
                    xml.readElementText(QXmlStreamReader::IncludeChildElements) + QLatin1Char('|');
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(texts.contains(QStringLiteral("layer")));
        QVERIFY(texts.contains(QStringLiteral("NLL in nat")));
        QVERIFY(texts.contains(QStringLiteral("quantized")));
        QVERIFY(std::abs(width.left(width.indexOf(QLatin1String("mm"))).toDouble() - 170) < 0.2);
    }

    void pngIsLightWhateverTheScreen() {
        QPalette dark;
        dark.setColor(QPalette::Window, Qt::black);
        dark.setColor(QPalette::WindowText, Qt::white);
        dark.setColor(QPalette::Base, Qt::black);
        dark.setColor(QPalette::Text, Qt::white);
        m_plot->setPalette(dark);
        QVERIFY(m_plot->plotStyle().dark);
        const QString path = m_folder->filePath(QStringLiteral("figure.png"));
        exportFigure(*m_plot, path, {85, 60, 7, 300});
        const QImage image(path);
        QCOMPARE(image.size(), QSize(1004, 709)); // 85 and 60 mm at 300 dots an inch
        QCOMPARE(image.dotsPerMeterX(), 11811);
        QCOMPARE(image.pixel(0, 0), QRgb(0xFFFFFFFF));
        int inked = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                inked += image.pixel(x, y) != 0xFFFFFFFF ? 1 : 0;
        }
        QVERIFY(inked > 2000 && inked < image.width() * image.height() / 2);
        QVERIFY2(m_plot->plotStyle().dark, "the screen's look comes back");
    }

    void csvIsTheData() {
        const QString path = m_folder->filePath(QStringLiteral("figure.csv"));
        exportFigure(*m_plot, path);
        QCOMPARE(QString::fromUtf8(contentOf(path)), m_plot->csv());
        QVERIFY(contentOf(path).contains("quantized,1,2.4,,"));
    }

    void failuresAreErrors() {
        const auto exportTo = [this](const QString& path, const FigureOptions& options = {}) {
            return kindOf([&] { exportFigure(*m_plot, path, options); });
        };
        QCOMPARE(exportTo(QStringLiteral("/nowhere/at/all/figure.pdf")), ErrorKind::Output);
        QCOMPARE(exportTo(m_folder->filePath(QStringLiteral("figure.bmp"))), ErrorKind::Usage);
        QCOMPARE(exportTo(m_folder->filePath(QStringLiteral("figure.png")), {1e9, 60, 7, 300}),
                 ErrorKind::Usage);
        QCOMPARE(exportTo(m_folder->filePath(QStringLiteral("figure.png")), {85, 60, 7, 0}),
                 ErrorKind::Usage);
        QFile blocking(m_folder->filePath(QStringLiteral("blocked")));
        QVERIFY(blocking.open(QIODevice::WriteOnly));
        QCOMPARE(kindOf([&] { writeFigureSet({}, blocking.fileName()); }), ErrorKind::Output);
    }

    void aWholeStudyIsDrawn() {
        FigureSetValues values;
        values.lanes = {"reference", "rtn:bits=3"};
        EarlyExitValues exit;
        exit.measured = true;
        exit.lane = "rtn:bits=3";
        exit.lanes = {exit.lane};
        exit.statistics = {{"nll", figure(), figure()}};
        values.earlyExit = {std::make_shared<const EarlyExitValues>(exit)};
        ErrorsValues errors;
        errors.quantities = {{"nll_reference", "nat", {1, 2, 3}},
                             {"error[rtn:bits=3]", "nat", {0.1, 0.3, 0.2}}};
        errors.pearson = {1, 1, {1.0F}, {"rtn:bits=3"}, {"rtn:bits=3"}, "", "", "r", true};
        values.errors = std::make_shared<const ErrorsValues>(errors);
        values.scatters = {{0, 1, {}}, {7, 1, {}}};
        const QString folder = m_folder->filePath(QStringLiteral("all/of/them"));
        const QStringList names = writeFigureSet(values, folder);
        QCOMPARE(names, (QStringList{QStringLiteral("errors-error-rtn-bits-3-by-nll_reference"),
                                     QStringLiteral("errors-methods-pearson"),
                                     QStringLiteral("early-exit-rtn-bits-3-upper-half"),
                                     QStringLiteral("early-exit-rtn-bits-3-all-layers")}));
        for (const QString& name : names) {
            for (const char* ending : {".pdf", ".svg", ".png", ".csv"})
                QVERIFY(QFile(QDir(folder).filePath(name + QLatin1String(ending))).size() > 20);
        }
        QVERIFY(contentOf(QDir(folder).filePath(QStringLiteral("captions.txt")))
                    .contains("Loss by layer"));
    }

    void namesOfFilesAreTame() {
        QCOMPARE(fileNamePart("error[rtn:bits=3,group=64]"),
                 QStringLiteral("error-rtn-bits-3-group-64"));
        QCOMPARE(fileNamePart("../../etc/passwd"), QStringLiteral("-..-etc-passwd"));
        QCOMPARE(fileNamePart("…"), QStringLiteral("unnamed"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<LinesPlot> m_plot;
};

QTEST_MAIN(TestExport)
#include "test_export.moc"
