#include "views/plots/caption_bar.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QToolButton>
#include <QVBoxLayout>

namespace quantscope {

namespace {

constexpr int mostLines = 3;
/// Of the lines' length: what words that do not fit leave empty at the ends.
constexpr double usedOfLines = 0.9;

QString escaped(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }

} // namespace

CaptionBar::CaptionBar(QWidget* parent) : QWidget(parent) {
    m_label = new QLabel;
    m_label->setTextFormat(Qt::RichText);
    m_label->setWordWrap(true);
    m_label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_label->setMinimumWidth(1);
    m_more = new QToolButton;
    m_more->setText(QStringLiteral("ⓘ"));
    m_more->setAutoRaise(true);
    m_more->setAccessibleName(tr("Formula and source of this figure"));
    m_more->setToolTip(m_more->accessibleName());
    connect(m_more, &QToolButton::clicked, this, &CaptionBar::openDetails);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 0, 4, 4);
    layout->setSpacing(2);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_more, 0, Qt::AlignTop);
    hide();
}

void CaptionBar::setCaption(const Caption& caption) {
    m_caption = caption;
    showText();
    setVisible(!caption.title.empty());
}

void CaptionBar::setStyle(const PlotStyle& style) {
    m_muted = style.mutedText;
    showText();
}

void CaptionBar::showText() {
    QFont bold = m_label->font();
    bold.setBold(true);
    const double room = mostLines * usedOfLines * m_label->width();
    const QString wholeTitle = QString::fromStdString(m_caption.title);
    const QString wholeDefinition = QString::fromStdString(m_caption.definition);
    // Before the first layout the width says nothing.
    const bool known = isVisible() && m_label->width() > 1;
    const QFontMetricsF titleMetrics(bold);
    const QString title =
        known ? titleMetrics.elidedText(wholeTitle, Qt::ElideRight, room) : wholeTitle;
    const QString definition =
        known ? QFontMetricsF(m_label->font())
                    .elidedText(wholeDefinition, Qt::ElideRight,
                                room - titleMetrics.horizontalAdvance(title + QLatin1Char(' ')))
              : wholeDefinition;
    m_label->setText(QStringLiteral("<b>%1</b> <span style='color:%2'>%3</span>")
                         .arg(title.toHtmlEscaped(), m_muted.name(), definition.toHtmlEscaped()));
    const bool cut = title != wholeTitle || definition != wholeDefinition;
    m_label->setToolTip(cut ? QStringLiteral("<p><b>%1</b> %2</p>")
                                  .arg(wholeTitle.toHtmlEscaped(), wholeDefinition.toHtmlEscaped())
                            : QString());
    const bool more = cut || !m_caption.formula.empty() || !m_caption.source.empty();
    m_more->setVisible(more);
    setCursor(more ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void CaptionBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    showText(); // the layout has followed already
}

void CaptionBar::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showText();
}

void CaptionBar::mouseReleaseEvent(QMouseEvent* event) {
    QWidget::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton && m_more->isVisible())
        openDetails();
}

void CaptionBar::openDetails() {
    auto* frame = new QFrame(this, Qt::Popup);
    frame->setAttribute(Qt::WA_DeleteOnClose);
    frame->setFrameShape(QFrame::StyledPanel);
    auto* text = new QLabel;
    text->setTextFormat(Qt::RichText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QString rich = QStringLiteral("<p><b>%1</b></p><p>%2</p>")
                       .arg(escaped(m_caption.title), escaped(m_caption.definition));
    if (!m_caption.formula.empty())
        rich += QStringLiteral("<p><tt>%1</tt></p>").arg(escaped(m_caption.formula));
    if (!m_caption.source.empty())
        rich += QStringLiteral("<p>%1</p>").arg(tr("Source: %1").arg(escaped(m_caption.source)));
    text->setText(rich);
    text->setMinimumWidth(380);
    auto* layout = new QVBoxLayout(frame);
    layout->addWidget(text);
    frame->adjustSize();
    frame->move(mapToGlobal(QPoint(0, -frame->height())));
    frame->show();
}

} // namespace quantscope
