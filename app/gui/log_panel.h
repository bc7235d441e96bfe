#pragma once

#include <QWidget>

class QPlainTextEdit;

namespace quantscope {

/// What the program did, newest at the bottom.
class LogPanel : public QWidget {
    Q_OBJECT

public:
    explicit LogPanel(QWidget* parent = nullptr);

    /// `level` is an spdlog level (2 information, 3 warning, 4 error).
    void addLine(const QString& time, int level, const QString& message);

private:
    QPlainTextEdit* m_text;
};

} // namespace quantscope
