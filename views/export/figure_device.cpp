#include "views/export/figure_device.h"

#include "core/data/error.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QImage>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <qcustomplot.h>

#include <cmath>

namespace quantscope {

namespace {

/// Ten units to a point: fine enough for fractions of a point, while fonts keep whole sizes.
constexpr int vectorResolution = 720;

using Paint = std::function<void(const FigureCanvas&)>;

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::FigureExport", text);
}

QSize pixels(const FigureOptions& options, double dotsPerInch) {
    return {static_cast<int>(std::lround(options.widthMillimetres / 25.4 * dotsPerInch)),
            static_cast<int>(std::lround(options.heightMillimetres / 25.4 * dotsPerInch))};
}

[[noreturn]] void failToPaint(const QString& path) {
    throw Error(ErrorKind::Output,
                translated("The figure for %1 could not be painted: there is not "
                           "enough memory for its size. Choose a smaller one.")
                    .arg(path)
                    .toStdString());
}

void paintDevice(QPaintDevice& device, const QString& path, const FigureOptions& options,
                 double dotsPerInch, bool vector, const Paint& paint) {
    QCPPainter painter;
    if (!painter.begin(&device))
        failToPaint(path);
    painter.setMode(QCPPainter::pmVectorized, vector);
    painter.setMode(QCPPainter::pmNonCosmetic, vector);
    paint({painter, pixels(options, dotsPerInch), dotsPerInch, vector});
    painter.end();
}

QByteArray pdfBytes(const QString& path, const FigureOptions& options, const FigureTexts& texts,
                    const Paint& paint) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(vectorResolution);
    writer.setTitle(texts.title);
    writer.setCreator(QStringLiteral("QuantScope " QUANTSCOPE_VERSION));
    writer.setPageSize(QPageSize(QSizeF(options.widthMillimetres, options.heightMillimetres),
                                 QPageSize::Millimeter, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    paintDevice(writer, path, options, vectorResolution, true, paint);
    return bytes;
}

QByteArray svgBytes(const QString& path, const FigureOptions& options, const FigureTexts& texts,
                    const Paint& paint) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const QSize size = pixels(options, vectorResolution);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(vectorResolution);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(texts.title);
    generator.setDescription(texts.description);
    paintDevice(generator, path, options, vectorResolution, true, paint);
    return bytes;
}

/// Painted now; packing the dots is what takes long.
FigureBytes pngBytes(const QString& path, const FigureOptions& options, const FigureTexts& texts,
                    const Paint& paint) {
    QImage image(pixels(options, options.dpi), QImage::Format_RGB32);
    if (image.isNull())
        failToPaint(path);
    image.fill(Qt::white);
    const int dotsPerMetre = static_cast<int>(std::lround(options.dpi / 0.0254));
    paintDevice(image, path, options, options.dpi, false, paint);
    image.setDotsPerMeterX(dotsPerMetre);
    image.setDotsPerMeterY(dotsPerMetre);
    image.setText(QStringLiteral("Title"), texts.title);
    image.setText(QStringLiteral("Software"), QStringLiteral("QuantScope " QUANTSCOPE_VERSION));
    return [image, path] {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        if (!image.save(&buffer, "PNG"))
            failToPaint(path);
        return bytes;
    };
}

void checkSize(const FigureOptions& options) {
    const bool sound = options.widthMillimetres >= 10 && options.widthMillimetres <= 2000 &&
                       options.heightMillimetres >= 10 && options.heightMillimetres <= 2000 &&
                       options.fontPoints >= 2 && options.fontPoints <= 72 && options.dpi >= 30 &&
                       options.dpi <= 2400;
    if (!sound)
        throw Error(
            ErrorKind::Usage,
            translated("A figure of %1 × %2 mm with text of %3 points at %4 dots an inch cannot "
                       "be made: widths and heights go from 10 to 2000 mm, text from 2 to 72 "
                       "points, dots from 30 to 2400.")
                .arg(options.widthMillimetres)
                .arg(options.heightMillimetres)
                .arg(options.fontPoints)
                .arg(options.dpi)
                .toStdString());
}

} // namespace

FigureBytes drawFigure(const QString& path, const FigureOptions& options, const FigureTexts& texts,
                       const Paint& paint) {
    checkSize(options);
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QLatin1String("pdf"))
        return [bytes = pdfBytes(path, options, texts, paint)] { return bytes; };
    if (ending == QLatin1String("svg"))
        return [bytes = svgBytes(path, options, texts, paint)] { return bytes; };
    if (ending == QLatin1String("png"))
        return pngBytes(path, options, texts, paint);
    throw Error(ErrorKind::Usage,
                translated("The figure cannot be written as %1: its name must end in .pdf, .svg, "
                           ".png or .csv.")
                    .arg(path)
                    .toStdString());
}

} // namespace quantscope
