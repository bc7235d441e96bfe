#include "views/export/figure_set.h"

#include "core/data/error.h"
#include "views/export/row_heights.h"
#include "views/pages/early_exit_page.h"
#include "views/pages/errors_page.h"
#include "views/pages/overview_page.h"
#include "views/pages/patching_page.h"
#include "views/pages/residuals_page.h"
#include "views/pages/weights_page.h"
#include "views/plots/bars_plot.h"
#include "views/plots/figure_plot.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/scatter_plot.h"
#include "views/plots/strips_plot.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

namespace quantscope {

namespace {

FigureOptions sizeOf(const PlotWidget& plot, const FigureSetOptions& options) {
    FigureOptions size;
    size.fontPoints = options.fontPoints;
    size.dpi = options.dpi;
    if (qobject_cast<const MatrixPlot*>(&plot)) {
        size.heightMillimetres = 85;
    } else if (qobject_cast<const HeatmapPlot*>(&plot)) {
        size.widthMillimetres = doubleColumnMillimetres;
        size.heightMillimetres = 75;
    } else if (qobject_cast<const ScatterPlot*>(&plot)) {
        size.heightMillimetres = 80;
    } else if (const auto* strips = qobject_cast<const StripsPlot*>(&plot)) {
        constexpr double rowMillimetres = 4.2;
        size.heightMillimetres = std::max(60.0, 18 + rowMillimetres * double(strips->rows()));
    } else if (const auto* bars = qobject_cast<const BarsPlot*>(&plot)) {
        size.heightMillimetres = heightOf(bars->figure(), size.fontPoints);
    }
    return size;
}

const char* reportName(ReportKind kind) {
    switch (kind) {
    case ReportKind::Output:
        return "output";
    case ReportKind::Agreement:
        return "agreement";
    case ReportKind::Explanations:
        return "explanations";
    case ReportKind::Layers:
        return "layers";
    case ReportKind::Training:
        return "training";
    case ReportKind::Allocation:
        return "allocate";
    case ReportKind::Predictors:
        return "predictors";
    case ReportKind::Experts:
        return "experts";
    case ReportKind::Questions:
        return "questions";
    case ReportKind::Calibration:
        return "calibration";
    case ReportKind::Activations:
        return "activations";
    case ReportKind::Depth:
        return "depth";
    case ReportKind::Perturbation:
        break;
    }
    return "perturbation";
}

/// Draws the figures of pages, one page at a time.
class Writer {
public:
    Writer(const FigureSetValues& values, const QString& folder, const FigureSetOptions& options)
        : m_values(values)
        , m_folder(folder)
        , m_options(options) {}

    void write(PlotWidget& plot, const QString& name) {
        if (plot.isEmpty())
            return;
        // Two lanes may differ only in signs that file names do not keep.
        QString unique = name;
        for (int number = 2; m_names.contains(unique); ++number)
            unique = QStringLiteral("%1-%2").arg(name).arg(number);
        if (m_options.progress)
            m_options.progress(unique, static_cast<int>(m_names.size()));
        for (const QString& ending : m_options.endings)
            exportFigure(plot, m_folder.filePath(unique + QLatin1Char('.') + ending),
                         sizeOf(plot, m_options));
        m_names.append(unique);
        const Caption& caption = plot.caption();
        m_captions += QStringLiteral("%1\n  %2. %3\n")
                          .arg(unique, QString::fromStdString(caption.title),
                               QString::fromStdString(caption.definition));
        for (const std::string& line : {caption.formula, caption.source}) {
            if (!line.empty())
                m_captions += QStringLiteral("  %1\n").arg(QString::fromStdString(line));
        }
        m_captions += QLatin1Char('\n');
    }

    template <typename PageType, typename Values>
    void writePage(const std::shared_ptr<const Values>& values, const QString& prefix) {
        if (!values)
            return;
        PageType page;
        page.setLanes(m_values.lanes);
        page.setValues(values);
        for (PlotWidget* plot : page.plots())
            write(*plot, prefix + QLatin1Char('-') + plot->objectName());
    }

    void writeErrors() {
        if (!m_values.errors || m_values.errors->quantities.empty())
            return;
        ErrorsPage page;
        page.setLanes(m_values.lanes);
        page.setValues(m_values.errors);
        for (const ScatterFigure& scatter : m_values.scatters) {
            const auto count = static_cast<int>(m_values.errors->quantities.size());
            if (scatter.x < 0 || scatter.y < 0 || scatter.x >= count || scatter.y >= count)
                continue;
            page.setAxes(scatter.x, scatter.y);
            page.setScatterStatistics(scatter.x, scatter.y, scatter.statistics);
            const auto nameOf = [&](int quantity) {
                return fileNamePart(
                    m_values.errors->quantities[static_cast<std::size_t>(quantity)].name);
            };
            write(*page.plots().front(),
                  QStringLiteral("errors-%1-by-%2").arg(nameOf(scatter.y), nameOf(scatter.x)));
        }
        const char* names[] = {"pearson", "spearman", "jaccard"};
        for (int statistic = 0; statistic < 3; ++statistic) {
            page.setMatrixStatistic(statistic);
            write(*page.plots().back(),
                  QStringLiteral("errors-methods-%1").arg(QLatin1String(names[statistic])));
        }
    }

    void writeReport(const ReportValues& report) {
        const LaneStyles styles(m_values.lanes);
        const QString prefix = QLatin1String(reportName(report.kind));
        for (const Figure& figure : report.figures) {
            const QString name = prefix + QLatin1Char('-') + fileNamePart(figure.name);
            if (const auto plot = makeFigurePlot(figure, styles)) {
                write(*plot, name);
            } else {
                const auto& table = std::get<TableFigure>(figure.body);
                writeFile(m_folder.filePath(name + QStringLiteral(".csv")),
                          tableAsCsv(table).toUtf8());
            }
        }
    }

    QStringList names() const { return m_names; }
    QString captions() const { return m_captions; }

private:
    const FigureSetValues& m_values;
    QDir m_folder;
    const FigureSetOptions& m_options;
    QStringList m_names;
    QString m_captions;
};

} // namespace

QString fileNamePart(const std::string& name) {
    QString part;
    for (const QChar sign : QString::fromStdString(name)) {
        const bool kept = (sign.unicode() < 128 && sign.isLetterOrNumber()) ||
                          sign == QLatin1Char('.') || sign == QLatin1Char('_');
        if (kept)
            part += sign;
        else if (!part.isEmpty() && !part.endsWith(QLatin1Char('-')))
            part += QLatin1Char('-');
    }
    while (part.endsWith(QLatin1Char('-')) || part.endsWith(QLatin1Char('.')))
        part.chop(1);
    while (part.startsWith(QLatin1Char('.')))
        part.remove(0, 1);
    constexpr qsizetype longest = 60;
    return part.isEmpty() ? QStringLiteral("unnamed") : part.left(longest);
}

void makeFigureFolder(const QString& folder) {
    if (!QDir().mkpath(folder))
        throw Error(ErrorKind::Output,
                    QCoreApplication::translate("quantscope::FigureExport",
                                                "The folder %1 for the figures could not be made. "
                                                "Choose a place that can be written.")
                        .arg(folder)
                        .toStdString());
}

QStringList writeFigureSet(const FigureSetValues& values, const QString& folder,
                           const FigureSetOptions& options) {
    makeFigureFolder(folder);
    Writer writer(values, folder, options);
    writer.writePage<OverviewPage>(values.overview, QStringLiteral("overview"));
    writer.writeErrors();
    for (const auto& page : values.residuals) {
        if (page)
            writer.writePage<ResidualsPage>(page, QStringLiteral("residuals-%1-%2")
                                                      .arg(fileNamePart(page->request.site),
                                                           fileNamePart(page->request.statistic)));
    }
    for (const auto& page : values.earlyExit) {
        if (page && page->measured)
            writer.writePage<EarlyExitPage>(
                page, QStringLiteral("early-exit-%1").arg(fileNamePart(page->lane)));
    }
    for (const auto& page : values.patching) {
        if (page && page->measured)
            writer.writePage<PatchingPage>(
                page, QStringLiteral("patching-%1").arg(fileNamePart(page->lane)));
    }
    for (const auto& page : values.weights) {
        if (page)
            writer.writePage<WeightsPage>(
                page, QStringLiteral("weights-%1-%2")
                          .arg(fileNamePart(page->method), fileNamePart(page->statistic)));
    }
    for (const auto& report : values.reports)
        if (report)
            writer.writeReport(*report);
    writeFile(QDir(folder).filePath(QStringLiteral("captions.txt")), writer.captions().toUtf8());
    return writer.names();
}

} // namespace quantscope
