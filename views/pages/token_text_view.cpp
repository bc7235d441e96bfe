#include "views/pages/token_text_view.h"

#include "views/plots/colour_maps.h"

#include <QAbstractTextDocumentLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextCursor>

#include <algorithm>

namespace quantscope {

TokenTextView::TokenTextView(QWidget* parent) : QTextEdit(parent) {
    setReadOnly(true);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setUndoRedoEnabled(false);
    document()->setDocumentMargin(6);
}

QString TokenTextView::shown(const std::string& piece) {
    QString text = QString::fromStdString(piece);
    text.replace(QChar(0x2581), QLatin1Char(' ')); // SentencePiece's sign for a space
    text.replace(QStringLiteral("\r\n"), QStringLiteral("\n"))
        .replace(QLatin1Char('\r'), QLatin1Char('\n'));
    text.replace(QLatin1Char('\n'), QStringLiteral("↵\n"));
    text.replace(QLatin1Char('\t'), QStringLiteral("⇥\t"));
    if (text.isEmpty())
        text = QStringLiteral("∅");
    return text;
}

void TokenTextView::setTokens(const std::vector<TokenDetail>& tokens) {
    m_starts.clear();
    m_marked.reset();
    QString text;
    for (const TokenDetail& token : tokens) {
        m_starts.push_back(static_cast<int>(text.size()));
        text += shown(token.piece);
    }
    m_starts.push_back(static_cast<int>(text.size()));
    setPlainText(text);
}

void TokenTextView::colour(const std::function<QColor(std::size_t)>& groundOf) {
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    for (std::size_t token = 0; token < tokenCount(); ++token) {
        cursor.setPosition(m_starts[token]);
        cursor.setPosition(m_starts[token + 1], QTextCursor::KeepAnchor);
        QTextCharFormat format;
        const QColor ground = groundOf(token);
        if (ground.isValid()) {
            format.setBackground(ground);
            format.setForeground(QColor(readableOn(ground.rgb())));
        } else {
            format.setForeground(palette().color(QPalette::Text));
        }
        cursor.setCharFormat(format);
    }
    cursor.endEditBlock();
    setMarked(m_marked);
}

void TokenTextView::setMarked(std::optional<std::size_t> token) {
    m_marked = token;
    QList<ExtraSelection> marks;
    if (token && *token < tokenCount()) {
        ExtraSelection mark;
        mark.cursor = QTextCursor(document());
        mark.cursor.setPosition(m_starts[*token]);
        mark.cursor.setPosition(m_starts[*token + 1], QTextCursor::KeepAnchor);
        mark.format.setFontUnderline(true);
        mark.format.setFontWeight(QFont::Bold);
        mark.format.setBackground(palette().color(QPalette::Highlight));
        mark.format.setForeground(palette().color(QPalette::HighlightedText));
        marks.append(mark);
        setExtraSelections(marks);
        QTextCursor view(document());
        view.setPosition(m_starts[*token]);
        if (!viewport()->rect().contains(cursorRect(view))) {
            setTextCursor(view);
            ensureCursorVisible();
        }
        return;
    }
    setExtraSelections(marks);
}

std::optional<std::size_t> TokenTextView::tokenAt(const QPoint& position) const {
    if (tokenCount() == 0)
        return std::nullopt;
    const QPointF place =
        QPointF(position) + QPointF(horizontalScrollBar()->value(), verticalScrollBar()->value());
    const int character = document()->documentLayout()->hitTest(place, Qt::ExactHit);
    if (character < 0)
        return std::nullopt;
    const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), character);
    if (after == m_starts.begin() || after == m_starts.end())
        return std::nullopt;
    return static_cast<std::size_t>(after - m_starts.begin()) - 1;
}

void TokenTextView::mouseMoveEvent(QMouseEvent* event) {
    QTextEdit::mouseMoveEvent(event);
    const auto token = tokenAt(event->position().toPoint());
    Q_EMIT tokenHovered(token ? static_cast<int>(*token) : -1);
}

void TokenTextView::mousePressEvent(QMouseEvent* event) {
    m_pressed = event->position().toPoint();
    QTextEdit::mousePressEvent(event);
}

void TokenTextView::mouseReleaseEvent(QMouseEvent* event) {
    QTextEdit::mouseReleaseEvent(event);
    const QPoint place = event->position().toPoint();
    if (event->button() != Qt::LeftButton || (place - m_pressed).manhattanLength() > 4)
        return; // Text was selected.
    if (const auto token = tokenAt(place))
        Q_EMIT tokenClicked(*token);
}

void TokenTextView::leaveEvent(QEvent* event) {
    QTextEdit::leaveEvent(event);
    Q_EMIT tokenHovered(-1);
}

void TokenTextView::keyPressEvent(QKeyEvent* event) {
    const bool plain = event->modifiers() == Qt::NoModifier;
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (!plain || step == 0 || tokenCount() == 0) {
        QTextEdit::keyPressEvent(event);
        return;
    }
    const int last = static_cast<int>(tokenCount()) - 1;
    const int next = m_marked ? static_cast<int>(*m_marked) + step : 0;
    Q_EMIT tokenClicked(static_cast<std::size_t>(std::clamp(next, 0, last)));
}

} // namespace quantscope
