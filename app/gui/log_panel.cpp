#include "app/gui/log_panel.h"

#include <QFontDatabase>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace quantscope {

namespace {

constexpr int keptLines = 2000;
constexpr int warningLevel = 3;
constexpr int errorLevel = 4;

} // namespace

LogPanel::LogPanel(QWidget* parent) : QWidget(parent), m_text(new QPlainTextEdit(this)) {
    m_text->setReadOnly(true);
    m_text->setMaximumBlockCount(keptLines);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setAccessibleName(tr("Log"));
    m_text->setPlaceholderText(tr("Nothing has happened yet."));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_text);
}

void LogPanel::addLine(const QString& time, int level, const QString& message) {
    const QString mark = level >= errorLevel     ? tr("error: ")
                         : level >= warningLevel ? tr("warning: ")
                                                 : QString();
    m_text->appendPlainText(time + QStringLiteral("  ") + mark + message);
}

} // namespace quantscope
