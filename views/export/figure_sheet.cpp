#include "views/export/figure_sheet.h"

#include "core/data/error.h"
#include "views/export/figure_device.h"
#include "views/plots/plot_widget.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <qcustomplot.h>

#include <cmath>

namespace quantscope {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::FigureSheet", text);
}

std::size_t rowsOf(const SheetOptions& options, std::size_t figures) {
    const auto columns = static_cast<std::size_t>(std::max(1, options.columns));
    return (figures + columns - 1) / columns;
}

void checkSheet(const std::vector<PlotWidget*>& plots, const SheetOptions& options) {
    if (plots.empty())
        throw Error(ErrorKind::Usage,
                    translated("There is no figure to put on the sheet: choose at least one.")
                        .toStdString());
    const double width =
        (options.widthMillimetres - options.gapMillimetres * (options.columns - 1)) /
        options.columns;
    if (options.columns < 1 || width < 10)
        throw Error(ErrorKind::Usage,
                    translated("%1 figures do not fit beside each other on %2 mm: choose fewer "
                               "columns or a wider page.")
                        .arg(options.columns)
                        .arg(options.widthMillimetres)
                        .toStdString());
}

/// Draws the figures on a painter whose device has so many dots an inch.
void paintSheet(const std::vector<PlotWidget*>& plots, const SheetOptions& options,
                const FigureCanvas& canvas) {
    const auto dots = [&](double millimetres) { return millimetres / 25.4 * canvas.dotsPerInch; };
    const PlotStyle style = PlotStyle::forExport(options.fontPoints, canvas.dotsPerInch);
    QFont bold = style.font;
    bold.setBold(true);
    const double letterHeight = options.letters ? QFontMetricsF(bold).height() : 0;
    const double gap = dots(options.gapMillimetres);
    const double width = (dots(options.widthMillimetres) - gap * (options.columns - 1)) /
                         options.columns;
    const double row = dots(options.rowMillimetres);
    for (std::size_t i = 0; i < plots.size(); ++i) {
        const auto columns = static_cast<std::size_t>(options.columns);
        const QPointF corner(static_cast<double>(i % columns) * (width + gap),
                             static_cast<double>(i / columns) * (row + gap));
        if (options.letters) {
            canvas.painter.setFont(bold);
            canvas.painter.setPen(style.text);
            canvas.painter.drawText(corner + QPointF(0, QFontMetricsF(bold).ascent()),
                                    figureLetter(i));
        }
        canvas.painter.save();
        canvas.painter.translate(corner + QPointF(0, letterHeight));
        const QSize size(static_cast<int>(std::floor(width)),
                         static_cast<int>(std::floor(row - letterHeight)));
        plots[i]->paintOn(canvas.painter, size, style, canvas.vector);
        canvas.painter.restore();
    }
}

QString captionsOf(const std::vector<PlotWidget*>& plots) {
    QString text;
    for (std::size_t i = 0; i < plots.size(); ++i) {
        const Caption& caption = plots[i]->caption();
        text += QStringLiteral("(%1) %2. %3\n")
                    .arg(figureLetter(i), QString::fromStdString(caption.title),
                         QString::fromStdString(caption.definition));
    }
    return text;
}

} // namespace

QString figureLetter(std::size_t index) {
    constexpr std::size_t letters = 26;
    QString text;
    for (std::size_t rest = index + 1; rest > 0; rest = (rest - 1) / letters)
        text.prepend(QChar(static_cast<char16_t>(u'a' + (rest - 1) % letters)));
    return text;
}

double sheetHeight(const SheetOptions& options, std::size_t figures) {
    const auto rows = static_cast<double>(rowsOf(options, figures));
    return rows * options.rowMillimetres + std::max(0.0, rows - 1) * options.gapMillimetres;
}

void exportFigureSheet(const std::vector<PlotWidget*>& plots, const QString& path,
                       const SheetOptions& options, bool captionFile) {
    prepareFigureSheet(plots, path, options, captionFile)();
}

std::function<void()> prepareFigureSheet(const std::vector<PlotWidget*>& plots,
                                         const QString& path, const SheetOptions& options,
                                         bool captionFile) {
    checkSheet(plots, options);
    FigureOptions page;
    page.widthMillimetres = options.widthMillimetres;
    page.heightMillimetres = sheetHeight(options, plots.size());
    page.fontPoints = options.fontPoints;
    page.dpi = options.dpi;
    const QString title = translated("Figures %1 to %2")
                              .arg(figureLetter(0), figureLetter(plots.size() - 1));
    const FigureTexts texts{title, captionsOf(plots)};
    const FigureBytes bytes = drawFigure(path, page, texts, [&](const FigureCanvas& canvas) {
        paintSheet(plots, options, canvas);
    });
    return [path, bytes, captionFile, captions = texts.description] {
        writeFile(path, bytes());
        if (!captionFile)
            return;
        const QFileInfo file(path);
        writeFile(file.path() + QLatin1Char('/') + file.completeBaseName() + QStringLiteral(".txt"),
                  captions.toUtf8());
    };
}

} // namespace quantscope
