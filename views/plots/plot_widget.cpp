#include "views/plots/plot_widget.h"

#include "views/plots/axis_tickers.h"
#include "views/plots/caption_bar.h"
#include "views/plots/plot_navigator.h"
#include "views/plots/plot_summary.h"
#include "views/plots/title_lines.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QLabel>
#include <QMenu>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

int rounded(double length) { return static_cast<int>(std::lround(length)); }

} // namespace

PlotWidget::PlotWidget(QWidget* parent) : QWidget(parent) {
    m_plot = new QCustomPlot;
    m_plot->setNoAntialiasingOnDrag(false);
    m_plot->setFocusPolicy(Qt::StrongFocus);
    m_plot->setMouseTracking(true);
    m_plot->setMinimumSize(1, 1);
    m_mainRect = m_plot->axisRect();
    m_captionBar = new CaptionBar;
    m_nothing = new QLabel(m_plot);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setWordWrap(true);
    m_nothing->setMargin(24);
    m_nothing->setText(tr("Not measured"));
    m_nothing->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_plot, 1);
    layout->addWidget(m_captionBar);
    m_navigator = new PlotNavigator(this);
    setFocusProxy(m_plot);
    m_style = PlotStyle::fromPalette(palette(), font());
    styleFrame();
    connect(m_plot, &QCustomPlot::beforeReplot, this, &PlotWidget::settleLayout);
    connect(m_plot, &QCustomPlot::afterReplot, this, [this] { m_painted = true; });
}

PlotWidget::~PlotWidget() = default;

void PlotWidget::setCaption(const Caption& caption) {
    m_caption = caption;
    m_captionBar->setCaption(caption);
    const QString title = QString::fromStdString(caption.title);
    const QString definition = QString::fromStdString(caption.definition);
    setAccessibleName(title);
    setAccessibleDescription(definition);
    m_plot->setAccessibleName(title);
    m_plot->setAccessibleDescription(definition);
}

void PlotWidget::setCaptionVisible(bool visible) { m_captionBar->setVisible(visible); }

void PlotWidget::paintOn(QCPPainter& painter, QSize size, const PlotStyle& style, bool vector) {
    const PlotStyle screen = m_style;
    m_style = style;
    applyStyle(style);
    m_plot->setBackground(QBrush(style.background));
    QCPLayer* overlay = m_plot->layer(QStringLiteral("overlay"));
    overlay->setVisible(false);
    painter.setMode(QCPPainter::pmVectorized, vector);
    painter.setMode(QCPPainter::pmNonCosmetic, vector);
    const QRect screenView = m_plot->viewport();
    m_plot->setViewport(QRect(QPoint(0, 0), size));
    settleLayout();
    settleLayout(); // Labels chosen for the new size change the margins once more.
    m_plot->setViewport(screenView);
    m_plot->toPainter(&painter, size.width(), size.height());
    overlay->setVisible(true);
    m_style = screen;
    applyStyle(screen);
    m_plot->setBackground(QBrush(screen.background));
    replotLater();
}

void PlotWidget::setNothingText(const QString& text) { m_nothing->setText(text); }

void PlotWidget::copyAsImage() {
    const QSize size = m_plot->size() * 2;
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::white);
    const double points = m_style.font.pixelSize() * 72.0 / 96.0;
    QCPPainter painter;
    if (!painter.begin(&image))
        return;
    paintOn(painter, size, PlotStyle::forExport(points, 192), false);
    painter.end();
    QApplication::clipboard()->setImage(image);
}

void PlotWidget::zoomBack() { m_navigator->zoomBack(); }

void PlotWidget::resetView() { m_navigator->reset(); }

bool PlotWidget::canZoomBack() const { return m_navigator->canZoomBack(); }

QVariantMap PlotWidget::viewState() const {
    const QRectF view = m_navigator->view();
    return {{QStringLiteral("ranges"),
             QVariantList{view.left(), view.right(), view.top(), view.bottom()}}};
}

void PlotWidget::restoreView(const QVariantMap& state) {
    const QVariantList ranges = state[QStringLiteral("ranges")].toList();
    if (ranges.size() != 4)
        return;
    m_navigator->setView(QRectF(QPointF(ranges[0].toDouble(), ranges[2].toDouble()),
                                QPointF(ranges[1].toDouble(), ranges[3].toDouble())));
}

QSize PlotWidget::sizeHint() const { return {420, 280}; }

QSize PlotWidget::minimumSizeHint() const { return {180, 140}; }

void PlotWidget::clicked(const QPointF&, Qt::KeyboardModifiers) {}

void PlotWidget::addMenuEntries(QMenu&) {}

void PlotWidget::areaSelected(const std::vector<QPointF>&, Qt::KeyboardModifiers) {}

void PlotWidget::styleAxis(QCPAxis* axis, const PlotStyle& style) const {
    const QPen pen(style.axis, style.length(0.8));
    axis->setBasePen(pen);
    axis->setTickPen(pen);
    axis->setSubTickPen(pen);
    axis->setSubTicks(false);
    axis->setTickLength(0, rounded(style.length(4)));
    axis->setSubTickLength(0, rounded(style.length(2)));
    axis->setTickLabelFont(style.font);
    axis->setTickLabelColor(style.text);
    axis->setTickLabelPadding(rounded(style.length(3)));
    axis->setLabelFont(style.font);
    axis->setLabelColor(style.text);
    axis->setLabelPadding(rounded(style.length(4)));
    axis->setPadding(rounded(style.length(2)));
    axis->grid()->setPen(QPen(style.grid, style.length(0.7)));
    axis->grid()->setZeroLinePen(Qt::NoPen);
    axis->grid()->setSubGridVisible(false);
}

void PlotWidget::valuesChanged() {
    const bool empty = isEmpty();
    m_nothing->setVisible(empty);
    m_nothing->setGeometry(m_plot->rect());
    for (QCPAxisRect* rect : m_plot->axisRects())
        rect->setVisible(!empty);
    m_captionBar->setVisible(!m_caption.title.empty());
    m_navigator->forgetViews();
    const QString description =
        QString::fromStdString(m_caption.definition) + QLatin1Char(' ') + plotSummary(*this);
    setAccessibleDescription(description.trimmed());
    m_plot->setAccessibleDescription(description.trimmed());
    replotLater();
}

void PlotWidget::replotLater() { m_plot->replot(QCustomPlot::rpQueuedReplot); }

void PlotWidget::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        restyle();
}

void PlotWidget::restyle() {
    if (m_restyling)
        return;
    m_restyling = true; // Setting the palette of the note below asks for another round.
    m_style = PlotStyle::fromPalette(palette(), font());
    applyStyle(m_style);
    styleFrame();
    replotLater();
    m_restyling = false;
}

/// What lies around the axes and belongs to every plot.
void PlotWidget::styleFrame() {
    m_plot->setBackground(QBrush(m_style.background));
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, m_style.mutedText);
    m_nothing->setPalette(muted);
    m_captionBar->setStyle(m_style);
}

/// QCustomPlot chooses ticks before it lays out, so that they would fit the sizes of before.
void PlotWidget::settleLayout() {
    for (const auto phase :
         {QCPLayoutElement::upPreparation, QCPLayoutElement::upMargins, QCPLayoutElement::upLayout})
        m_plot->plotLayout()->update(phase);
    fitTitles();
    layoutKnown();
}

void PlotWidget::setAxisTitle(QCPAxis* axis, const QString& title) {
    std::erase_if(m_titles, [axis](const AxisTitle& known) { return known.axis == axis; });
    m_titles.push_back({axis, title});
    axis->setLabel(title);
}

/// A title is centred on its axis and may reach over the nearer end of the figure's rest.
void PlotWidget::fitTitles() {
    const QRect all = m_plot->viewport();
    for (const AxisTitle& each : m_titles) {
        const QRect rect = each.axis->axisRect()->rect();
        const bool horizontal = each.axis->orientation() == Qt::Horizontal;
        const int beside = horizontal
                               ? std::min(rect.left() - all.left(), all.right() - rect.right())
                               : std::min(rect.top() - all.top(), all.bottom() - rect.bottom());
        const int length = (horizontal ? rect.width() : rect.height()) + 2 * std::max(0, beside);
        each.axis->setLabel(
            titleInLines(each.title, QFontMetricsF(each.axis->labelFont()), length));
    }
}

void PlotWidget::replotOverlay() {
    if (m_painted) // Before the first replot the layer has nothing to be painted on.
        m_plot->layer(QStringLiteral("overlay"))->replot();
}

void PlotWidget::openMenu(const QPoint& globalPosition) {
    QMenu menu(this);
    QAction* back = menu.addAction(tr("Zoom back"), QKeySequence(Qt::Key_Backspace), this,
                                   &PlotWidget::zoomBack);
    back->setEnabled(canZoomBack());
    menu.addAction(tr("Show all"), QKeySequence(Qt::Key_Home), this, &PlotWidget::resetView);
    menu.addSeparator();
    const qsizetype before = menu.actions().size();
    addMenuEntries(menu);
    if (menu.actions().size() > before)
        menu.addSeparator();
    menu.addAction(tr("Copy as picture"), QKeySequence(QKeySequence::Copy), this,
                   &PlotWidget::copyAsImage);
    menu.addAction(tr("Copy data as text"), this,
                   [this] { QApplication::clipboard()->setText(csv()); });
    menu.addAction(tr("Export figure …"), this, &PlotWidget::exportRequested);
    menu.exec(globalPosition);
}

} // namespace quantscope
