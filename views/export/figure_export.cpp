#include "views/export/figure_export.h"

#include "core/data/error.h"
#include "views/plots/plot_widget.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QImage>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <cmath>

namespace quantscope {

namespace {

/// Ten units to a point: fine enough for fractions of a point, while fonts keep whole sizes.
constexpr int vectorResolution = 720;

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

QByteArray pdfBytes(PlotWidget& plot, const QString& path, const FigureOptions& options) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(vectorResolution);
    writer.setTitle(QString::fromStdString(plot.caption().title));
    writer.setCreator(QStringLiteral("QuantScope " QUANTSCOPE_VERSION));
    writer.setPageSize(QPageSize(QSizeF(options.widthMillimetres, options.heightMillimetres),
                                 QPageSize::Millimeter, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    if (!plot.renderTo(writer, pixels(options, vectorResolution),
                       PlotStyle::forExport(options.fontPoints, vectorResolution), true))
        failToPaint(path);
    return bytes;
}

QByteArray svgBytes(PlotWidget& plot, const QString& path, const FigureOptions& options) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const QSize size = pixels(options, vectorResolution);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(vectorResolution);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(QString::fromStdString(plot.caption().title));
    generator.setDescription(QString::fromStdString(plot.caption().definition));
    if (!plot.renderTo(generator, size, PlotStyle::forExport(options.fontPoints, vectorResolution),
                       true))
        failToPaint(path);
    return bytes;
}

QByteArray pngBytes(PlotWidget& plot, const QString& path, const FigureOptions& options) {
    QImage image(pixels(options, options.dpi), QImage::Format_RGB32);
    if (image.isNull())
        failToPaint(path);
    image.fill(Qt::white);
    const int dotsPerMetre = static_cast<int>(std::lround(options.dpi / 0.0254));
    if (!plot.renderTo(image, image.size(), PlotStyle::forExport(options.fontPoints, options.dpi),
                       false))
        failToPaint(path);
    image.setDotsPerMeterX(dotsPerMetre);
    image.setDotsPerMeterY(dotsPerMetre);
    image.setText(QStringLiteral("Title"), QString::fromStdString(plot.caption().title));
    image.setText(QStringLiteral("Software"), QStringLiteral("QuantScope " QUANTSCOPE_VERSION));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG"))
        failToPaint(path);
    return bytes;
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

void writeFile(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        throw Error(
            ErrorKind::Output,
            translated("The file %1 could not be written: %2. Choose another place or make room.")
                .arg(path, file.errorString())
                .toStdString());
}

void exportFigure(PlotWidget& plot, const QString& path, const FigureOptions& options) {
    checkSize(options);
    const QString ending = QFileInfo(path).suffix().toLower();
    if (ending == QLatin1String("pdf"))
        writeFile(path, pdfBytes(plot, path, options));
    else if (ending == QLatin1String("svg"))
        writeFile(path, svgBytes(plot, path, options));
    else if (ending == QLatin1String("png"))
        writeFile(path, pngBytes(plot, path, options));
    else if (ending == QLatin1String("csv"))
        writeFile(path, plot.csv().toUtf8());
    else
        throw Error(
            ErrorKind::Usage,
            translated("The figure cannot be written as %1: its name must end in .pdf, .svg, "
                       ".png or .csv.")
                .arg(path)
                .toStdString());
}

} // namespace quantscope
