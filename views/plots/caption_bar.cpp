#include "views/plots/caption_bar.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QMouseEvent>
#include <QToolButton>
#include <QVBoxLayout>

namespace quantscope {

namespace {

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
    const bool more = !caption.formula.empty() || !caption.source.empty();
    m_more->setVisible(more);
    setCursor(more ? Qt::PointingHandCursor : Qt::ArrowCursor);
    showText();
    setVisible(!caption.title.empty());
}

void CaptionBar::setStyle(const PlotStyle& style) {
    m_muted = style.mutedText;
    showText();
}

void CaptionBar::showText() {
    m_label->setText(
        QStringLiteral("<b>%1</b> <span style='color:%2'>%3</span>")
            .arg(escaped(m_caption.title), m_muted.name(), escaped(m_caption.definition)));
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
