#include "views/export/figure_export.h"

#include "core/data/error.h"
#include "views/export/figure_device.h"
#include "views/plots/plot_widget.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSaveFile>

namespace quantscope {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::FigureExport", text);
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
    prepareFigure(plot, path, options)();
}

std::function<void()> prepareFigure(PlotWidget& plot, const QString& path,
                                    const FigureOptions& options) {
    if (QFileInfo(path).suffix().toLower() == QLatin1String("csv"))
        return [path, text = plot.csvLater()] { writeFile(path, text().toUtf8()); };
    const FigureTexts texts{QString::fromStdString(plot.caption().title),
                            QString::fromStdString(plot.caption().definition)};
    const FigureBytes bytes = drawFigure(path, options, texts, [&](const FigureCanvas& canvas) {
        plot.paintOn(canvas.painter, canvas.size,
                     PlotStyle::forExport(options.fontPoints, canvas.dotsPerInch), canvas.vector);
    });
    return [path, bytes] { writeFile(path, bytes()); };
}

} // namespace quantscope
