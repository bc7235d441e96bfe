#include "app/gui/first_study/guide_dialog.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace quantscope {

GuideDialog::GuideDialog(const QString& title, std::vector<GuideStep> steps, QWidget* parent)
    : QDialog(parent, Qt::Tool)
    , m_steps(std::move(steps))
    , m_heading(new QLabel)
    , m_text(new QLabel)
    , m_done(new QLabel)
    , m_act(new QPushButton)
    , m_back(new QPushButton(tr("&Back")))
    , m_next(new QPushButton) {
    setWindowTitle(title);
    setObjectName(QStringLiteral("guide"));
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_done->setWordWrap(true);
    m_act->setObjectName(QStringLiteral("act"));
    m_next->setObjectName(QStringLiteral("next"));
    QFont bold = font();
    bold.setBold(true);
    m_heading->setFont(bold);
    auto* row = new QHBoxLayout;
    row->addWidget(m_act);
    row->addStretch();
    row->addWidget(m_back);
    row->addWidget(m_next);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_heading);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_done);
    layout->addLayout(row);
    connect(m_act, &QPushButton::clicked, this, [this] {
        m_steps[static_cast<std::size_t>(m_step)].act();
        refresh();
    });
    connect(m_back, &QPushButton::clicked, this, [this] { setStep(m_step - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] {
        if (m_step + 1 == static_cast<int>(m_steps.size()))
            close();
        else
            setStep(m_step + 1);
    });
    resize(420, 260);
    setStep(0);
}

void GuideDialog::setStep(int step) {
    const auto count = static_cast<int>(m_steps.size());
    m_step = std::clamp(step, 0, count - 1);
    const GuideStep& shown = m_steps[static_cast<std::size_t>(m_step)];
    m_heading->setText(tr("Step %1 of %2: %3").arg(m_step + 1).arg(count).arg(shown.title));
    m_text->setText(shown.text);
    m_act->setText(shown.actionText);
    m_back->setEnabled(m_step > 0);
    m_next->setText(m_step + 1 == count ? tr("&Close") : tr("&Next"));
    refresh();
}

void GuideDialog::refresh() {
    const bool done = m_steps[static_cast<std::size_t>(m_step)].isDone();
    m_done->setText(done ? tr("✓ Done.") : QString());
    (done ? m_next : m_act)->setDefault(true);
}

} // namespace quantscope
