#include "views/export/paper_set.h"

#include "views/export/row_heights.h"
#include "views/plots/figure_plot.h"
#include "views/plots/heatmap_plot.h"
#include "views/plots/plot_widget.h"

#include <QDir>

namespace quantscope {

namespace {

const char* const style =
    "body{font:15px/1.45 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "img{max-width:100%;border:1px solid #ddd}figure{margin:1em 0 2em}"
    "figcaption{color:#444;font-size:90%}table{border-collapse:collapse;font-size:85%}"
    "td,th{padding:.15em .6em;border-bottom:1px solid #ddd;text-align:left}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".missing{color:#777}code{background:#f4f4f4}div.wide{overflow-x:auto}";

QString escaped(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }

QString cellHtml(const TableCell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell))
        return QStringLiteral("<td>%1</td>").arg(escaped(*text));
    QString shown;
    if (const auto* number = std::get_if<double>(&cell)) {
        shown = formatNumber(*number);
    } else {
        const Interval& interval = std::get<Interval>(cell);
        shown = formatInterval(interval.value, interval.low, interval.high);
    }
    return QStringLiteral("<td class=\"n\">%1</td>").arg(shown.toHtmlEscaped());
}

QString tableHtml(const TableFigure& table) {
    QString html = QStringLiteral("<div class=\"wide\"><table><tr>");
    for (const std::string& column : table.columns)
        html += QStringLiteral("<th>%1</th>").arg(escaped(column));
    html += QStringLiteral("</tr>\n");
    for (const auto& row : table.rows) {
        html += QStringLiteral("<tr>");
        for (const TableCell& cell : row)
            html += cellHtml(cell);
        html += QStringLiteral("</tr>\n");
    }
    return html + QStringLiteral("</table></div>\n");
}

QString captionHtml(const Caption& caption) {
    QString html = QStringLiteral("<figcaption><b>%1.</b> %2.")
                       .arg(escaped(caption.title), escaped(caption.definition));
    if (!caption.formula.empty())
        html += QStringLiteral("<br><code>%1</code>").arg(escaped(caption.formula));
    if (!caption.source.empty())
        html += QStringLiteral("<br>%1").arg(escaped(caption.source));
    return html + QStringLiteral("</figcaption>\n");
}

FigureOptions sizeOf(const PlotWidget& plot, const Figure& figure, const FigureSetOptions& set) {
    FigureOptions size;
    size.fontPoints = set.fontPoints;
    size.dpi = set.dpi;
    if (std::holds_alternative<CurveFigure>(figure.body))
        size.widthMillimetres = 120; // names stand at the lines' ends
    if (qobject_cast<const MatrixPlot*>(&plot)) {
        size.widthMillimetres = 110; // room for the numbers in the cells
        size.heightMillimetres = 85;
    }
    if (std::holds_alternative<ScatterFigureValues>(figure.body))
        size.heightMillimetres = 80;
    if (const auto* bars = std::get_if<BarsFigure>(&figure.body)) {
        size.widthMillimetres = 120;
        size.heightMillimetres = heightOf(*bars, size.fontPoints);
    }
    return size;
}

class PaperWriter {
public:
    PaperWriter(const std::vector<std::string>& lanes, const QString& folder,
                const FigureSetOptions& options)
        : m_styles(lanes)
        , m_folder(folder)
        , m_options(options) {}

    void write(const PaperFigure& part) {
        m_body += QStringLiteral("<h2 id=\"%1\">%1: %2</h2>\n")
                      .arg(escaped(part.id), escaped(part.title));
        if (part.figures.empty())
            m_body += QStringLiteral("<p class=\"missing\">%1</p>\n").arg(escaped(part.missing));
        for (const Figure& figure : part.figures)
            writeFigure(fileNamePart(part.id + "-" + figure.name), figure);
    }

    const QStringList& names() const { return m_names; }
    const QString& body() const { return m_body; }

private:
    void writeFigure(const QString& wanted, const Figure& figure) {
        QString name = wanted; // two lanes may differ only in signs that file names do not keep
        for (int number = 2; m_names.contains(name); ++number)
            name = QStringLiteral("%1-%2").arg(wanted).arg(number);
        if (m_options.progress)
            m_options.progress(name, static_cast<int>(m_names.size()));
        m_names.append(name);
        m_body += QStringLiteral("<figure>");
        QStringList endings = m_options.endings;
        if (const auto* table = std::get_if<TableFigure>(&figure.body)) {
            writeFile(path(name, QStringLiteral("csv")), tableAsCsv(*table).toUtf8());
            m_body += tableHtml(*table);
            endings = {QStringLiteral("csv")};
        } else {
            const std::unique_ptr<PlotWidget> plot = makeFigurePlot(figure, m_styles);
            for (const QString& ending : endings)
                exportFigure(*plot, path(name, ending), sizeOf(*plot, figure, m_options));
            const QString picture =
                endings.contains(QStringLiteral("svg")) ? QStringLiteral("svg") : endings.value(0);
            m_body += QStringLiteral("<img src=\"%1.%2\" alt=\"%3\">\n")
                          .arg(name, picture, escaped(captionOf(figure).title));
        }
        m_body += captionHtml(captionOf(figure)) + QStringLiteral("<p>");
        for (const QString& ending : endings)
            m_body += QStringLiteral("<a href=\"%1.%2\">%2</a> ").arg(name, ending);
        m_body += QStringLiteral("</p></figure>\n");
    }

    QString path(const QString& name, const QString& ending) const {
        return m_folder.filePath(name + QLatin1Char('.') + ending);
    }

    LaneStyles m_styles;
    QDir m_folder;
    const FigureSetOptions& m_options;
    QStringList m_names;
    QString m_body;
};

} // namespace

QStringList writePaperSet(const std::vector<PaperFigure>& figures,
                          const std::vector<std::string>& lanes, const PaperSetHeading& heading,
                          const QString& folder, const FigureSetOptions& options) {
    makeFigureFolder(folder);
    PaperWriter writer(lanes, folder, options);
    for (const PaperFigure& figure : figures)
        writer.write(figure);
    QString html =
        QStringLiteral("<!DOCTYPE html>\n<html lang=\"en\"><head><meta "
                       "charset=\"utf-8\"><title>%1</title><style>%2</style></head>"
                       "<body>\n<h1>Why do some inputs break low-bit quantization?</h1>"
                       "\n<p>%1<br>%3</p>\n")
            .arg(heading.model.toHtmlEscaped(), QLatin1String(style), heading.text.toHtmlEscaped());
    if (heading.smallModel)
        html += QStringLiteral("<p><i>A model this small shows how the program works, not whether "
                               "the published findings hold for it.</i></p>\n");
    html += QStringLiteral("<p>The figures and tables of Chang et al., arXiv 2506.12044, made for "
                           "this session by QuantScope " QUANTSCOPE_VERSION ".</p>\n<p>");
    for (const PaperFigure& figure : figures)
        html += QStringLiteral("<a href=\"#%1\"%2>%1</a> ")
                    .arg(escaped(figure.id),
                         figure.figures.empty() ? QStringLiteral(" class=\"missing\"") : QString());
    html += QStringLiteral("</p>\n") + writer.body() + QStringLiteral("</body></html>\n");
    writeFile(QDir(folder).filePath(QStringLiteral("index.html")), html.toUtf8());
    return writer.names();
}

} // namespace quantscope
