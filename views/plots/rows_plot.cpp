#include "views/plots/rows_plot.h"

#include "views/plots/axis_tickers.h"

#include <qcustomplot.h>

namespace quantscope {

RowsPlot::RowsPlot(QWidget* parent) : PlotWidget(parent) {
    QCustomPlot* canvas = plot();
    const QSharedPointer<CategoryTicker> ticker(new CategoryTicker(canvas->yAxis));
    m_ticker = ticker.data();
    canvas->yAxis->setTicker(ticker);
    canvas->yAxis->setRangeReversed(true);
    canvas->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new NumberTicker(canvas->xAxis)));
    m_line = new QCPItemStraightLine(canvas);
    m_line->setLayer(QStringLiteral("axes")); // over what the rows hold
    m_line->setVisible(false);
}

RowsPlot::~RowsPlot() = default;

void RowsPlot::showRows(std::vector<QString> names, const std::string& valueTitle) {
    const std::size_t count = names.size(); // before they are moved away
    m_ticker->setCategories(count, std::move(names));
    setAxisTitle(plot()->xAxis, QString::fromStdString(valueTitle));
    applyStyle(plotStyle());
    valuesChanged();
    showAll();
    setReference(m_reference);
}

void RowsPlot::setLaneStyles(const LaneStyles& styles) {
    m_laneStyles = styles;
    applyStyle(plotStyle());
    replotLater();
}

void RowsPlot::setReference(std::optional<double> value) {
    m_reference = value;
    m_line->setVisible(value.has_value() && !isEmpty());
    if (value) {
        m_line->point1->setCoords(*value, 0);
        m_line->point2->setCoords(*value, 1);
    }
    replotLater();
}

void RowsPlot::applyStyle(const PlotStyle& style) {
    QCustomPlot* canvas = plot();
    styleAxis(canvas->xAxis, style);
    styleAxis(canvas->yAxis, style);
    canvas->yAxis->grid()->setVisible(false);
    canvas->yAxis->setTickLength(0, 0);
    const int gap = static_cast<int>(style.length(6));
    mainRect()->setMinimumMargins(QMargins(0, gap, gap * 2, 0));
    m_line->setPen(QPen(style.mutedText, style.length(1), Qt::DashLine));
}

} // namespace quantscope
