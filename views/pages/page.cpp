#include "views/pages/page.h"

#include "views/plots/plot_widget.h"

#include <QEvent>
#include <QLabel>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

namespace {

/// What is there sooner needs no word: a study that runs sends values several times a second.
constexpr int bannerMilliseconds = 600;

} // namespace

Page::Page(QWidget* parent) : QWidget(parent) {
    auto* content = new QWidget;
    m_banner = new QLabel;
    m_banner->setWordWrap(true);
    m_banner->setMargin(4);
    m_banner->setAutoFillBackground(true);
    m_banner->hide();
    m_body = new QWidget;
    auto* contentLayout = new QVBoxLayout(content);
    contentLayout->setContentsMargins(0, 0, 0, 0);
    contentLayout->setSpacing(0);
    contentLayout->addWidget(m_banner);
    contentLayout->addWidget(m_body, 1);
    m_notes = new QLabel;
    m_notes->setObjectName("notes");
    m_notes->setWordWrap(true);
    m_notes->setMargin(4);
    m_notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_notes->hide();
    contentLayout->addWidget(m_notes);

    m_message = new QWidget;
    m_messageHeadline = new QLabel;
    m_messageHeadline->setAlignment(Qt::AlignCenter);
    m_messageText = new QLabel;
    m_messageText->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_messageText->setWordWrap(true);
    m_messageText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_messageText->setContentsMargins(60, 0, 60, 0);
    auto* messageLayout = new QVBoxLayout(m_message);
    messageLayout->addStretch(2);
    messageLayout->addWidget(m_messageHeadline);
    messageLayout->addWidget(m_messageText);
    messageLayout->addStretch(3);

    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_stack = new QStackedLayout;
    outer->addLayout(m_stack, 1);
    m_stack->addWidget(m_message);
    m_stack->addWidget(content);
    m_bannerDelay.setSingleShot(true);
    m_bannerDelay.setInterval(bannerMilliseconds);
    connect(&m_bannerDelay, &QTimer::timeout, m_banner, &QWidget::show);
    showEmpty(tr("Open a session, or choose a model and text and run a study."));
}

void Page::setHeader(QWidget* header) {
    static_cast<QVBoxLayout*>(layout())->insertWidget(0, header);
}

void Page::setSelection(Selection* selection) { m_selection = selection; }

void Page::setLanes(const std::vector<std::string>& lanes) {
    std::vector<std::string> all = m_leadingLanes;
    for (const std::string& lane : lanes)
        if (std::find(all.begin(), all.end(), lane) == all.end())
            all.push_back(lane);
    m_laneStyles = LaneStyles(std::move(all));
}

void Page::setNotes(const QString& notes) {
    m_notes->setText(notes.isEmpty() ? QString() : tr("About this model: %1").arg(notes));
    m_notes->setVisible(!notes.isEmpty());
}

std::vector<PlotWidget*> Page::plots() const { return {}; }

PlotWidget* Page::currentPlot() const {
    const std::vector<PlotWidget*> all = plots();
    if (m_currentPlot && m_currentPlot->isVisibleTo(this))
        return m_currentPlot;
    for (PlotWidget* plot : all) {
        if (plot->isVisibleTo(this))
            return plot;
    }
    return all.empty() ? nullptr : all.front();
}

void Page::adopt(PlotWidget* plot) {
    connect(plot, &PlotWidget::hovered, this, &Page::statusMessage);
    connect(plot, &PlotWidget::used, this, [this, plot] { m_currentPlot = plot; });
    connect(plot, &PlotWidget::exportRequested, this,
            [this, plot] { Q_EMIT exportRequested(plot); });
}

void Page::showMessage(PageState state, const QString& headline, const QString& text) {
    m_state = state;
    m_messageHeadline->setText(headline);
    m_messageText->setText(text);
    m_stack->setCurrentIndex(0);
    updateColours();
}

void Page::showEmpty(const QString& text) {
    m_hasValues = false;
    showMessage(PageState::Empty, tr("Nothing to show yet"), text);
}

void Page::showLoading(const QString& text) {
    showMessage(PageState::Loading, tr("Loading …"),
                text.isEmpty() ? tr("The values of this page are being computed.") : text);
}

void Page::showFailed(const QString& text) {
    showMessage(PageState::Failed, tr("This could not be shown"), text);
}

void Page::showStale(const QString& text) {
    if (!m_hasValues) {
        showLoading(text);
        return;
    }
    m_state = PageState::Stale;
    m_banner->setText(
        text.isEmpty() ? tr("These are the values of before; new ones are on their way.") : text);
    if (m_banner->isHidden() && !m_bannerDelay.isActive())
        m_bannerDelay.start();
    m_stack->setCurrentIndex(1);
    updateColours();
}

void Page::showReady() {
    m_hasValues = true;
    m_state = PageState::Ready;
    m_bannerDelay.stop();
    m_banner->hide();
    m_stack->setCurrentIndex(1);
    Q_EMIT ready();
}

void Page::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        updateColours();
}

void Page::updateColours() {
    const PlotStyle style = PlotStyle::fromPalette(palette(), font());
    QPalette headline = palette();
    headline.setColor(QPalette::WindowText,
                      m_state == PageState::Failed ? QColor(okabe_ito::vermillion) : style.text);
    m_messageHeadline->setPalette(headline);
    QFont headlineFont = font();
    headlineFont.setPointSizeF(font().pointSizeF() * 1.3);
    headlineFont.setBold(m_state == PageState::Failed);
    headlineFont.setItalic(m_state == PageState::Loading);
    m_messageHeadline->setFont(headlineFont);
    QPalette text = palette();
    text.setColor(QPalette::WindowText,
                  m_state == PageState::Failed ? style.text : style.mutedText);
    m_messageText->setPalette(text);
    QPalette banner = palette();
    banner.setColor(QPalette::Window, palette().color(QPalette::AlternateBase));
    banner.setColor(QPalette::WindowText, style.mutedText);
    m_banner->setPalette(banner);
}

} // namespace quantscope
