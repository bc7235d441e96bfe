#pragma once

#include "core/data/pages/details.h"

#include <QTextEdit>

#include <functional>
#include <optional>
#include <vector>

namespace quantscope {

/// The text of an example with a ground of its own under every token.
class TokenTextView : public QTextEdit {
    Q_OBJECT

public:
    explicit TokenTextView(QWidget* parent = nullptr);

    void setTokens(const std::vector<TokenDetail>& tokens);
    /// Colours every token anew; an invalid colour leaves it without a ground.
    void colour(const std::function<QColor(std::size_t)>& groundOf);
    void setMarked(std::optional<std::size_t> token);

    /// The token at a place of the viewport.
    std::optional<std::size_t> tokenAt(const QPoint& position) const;
    std::size_t tokenCount() const { return m_starts.empty() ? 0 : m_starts.size() - 1; }

    /// A piece as it is shown: spaces of tokenizers as spaces, what cannot be seen as a sign.
    static QString shown(const std::string& piece);

Q_SIGNALS:
    void tokenHovered(int token); ///< −1: none
    void tokenClicked(std::size_t token);

protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    std::vector<int> m_starts; ///< of every token in the document, and its end
    std::optional<std::size_t> m_marked;
    QPoint m_pressed;
};

} // namespace quantscope
