#include "app/gui/study/run_panel.h"

#include "app/gui/study/queue_list.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

constexpr int barSteps = 1000;
const QColor badOnLight(0xB0, 0x2A, 0x1E);
const QColor badOnDark(0xFF, 0x8A, 0x7A);

bool isDark(const QPalette& palette) { return palette.color(QPalette::Window).lightness() < 128; }

} // namespace

QString formatDuration(double seconds) {
    const auto translated = [](const char* text) {
        return QCoreApplication::translate("quantscope::RunPanel", text);
    };
    const auto total = static_cast<qlonglong>(std::llround(std::max(0.0, seconds)));
    if (total >= 3600)
        return translated(QT_TRANSLATE_NOOP("quantscope::RunPanel", "%1 h %2 min"))
            .arg(total / 3600)
            .arg(total % 3600 / 60);
    if (total >= 60)
        return translated(QT_TRANSLATE_NOOP("quantscope::RunPanel", "%1 min %2 s"))
            .arg(total / 60)
            .arg(total % 60);
    return translated(QT_TRANSLATE_NOOP("quantscope::RunPanel", "%1 s")).arg(total);
}

RunPanel::RunPanel(QWidget* parent)
    : QWidget(parent)
    , m_estimate(new QLabel)
    , m_bar(new QProgressBar)
    , m_stage(new QLabel)
    , m_queue(new QueueList)
    , m_run(new QPushButton(tr("&Run")))
    , m_resume(new QPushButton(tr("R&esume")))
    , m_pause(new QPushButton(tr("&Pause")))
    , m_cancel(new QPushButton(tr("&Cancel"))) {
    m_estimate->setWordWrap(true);
    m_estimate->setObjectName(QStringLiteral("estimate"));
    m_stage->setWordWrap(true);
    m_stage->setForegroundRole(QPalette::PlaceholderText);
    m_bar->setRange(0, barSteps);
    m_bar->setTextVisible(true);
    m_bar->setAccessibleName(tr("Progress of the study"));
    m_run->setObjectName(QStringLiteral("run"));
    m_cancel->setObjectName(QStringLiteral("cancel"));
    m_pause->setObjectName(QStringLiteral("pause"));
    m_run->setDefault(true);
    m_resume->setToolTip(tr("Go on with the interrupted study that is open"));
    m_pause->setCheckable(true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(4);
    for (QPushButton* button : {m_run, m_resume, m_pause, m_cancel}) {
        button->setMinimumWidth(0);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        buttons->addWidget(button);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 8);
    layout->setSpacing(5);
    layout->addWidget(m_estimate);
    layout->addWidget(m_bar);
    layout->addWidget(m_stage);
    layout->addWidget(m_queue);
    layout->addLayout(buttons);
    connect(m_queue, &QueueList::forgetRequested, this, &RunPanel::forgetRequested);
    connect(m_run, &QPushButton::clicked, this, &RunPanel::runRequested);
    connect(m_resume, &QPushButton::clicked, this, &RunPanel::resumeRequested);
    connect(m_pause, &QPushButton::clicked, this, &RunPanel::pauseRequested);
    connect(m_cancel, &QPushButton::clicked, this, &RunPanel::cancelRequested);
    showState(StudyService::State::Idle);
}

void RunPanel::setEstimateText(const QString& text, const QString& details, bool bad) {
    m_estimate->setText(text);
    m_estimate->setToolTip(details);
    QPalette colours;
    if (bad)
        colours.setColor(QPalette::WindowText, isDark(palette()) ? badOnDark : badOnLight);
    m_estimate->setPalette(colours);
}

void RunPanel::showProblem(const QString& text) {
    m_canRun = false;
    setEstimateText(text, {}, false);
    enableButtons();
}

void RunPanel::showEstimating() {
    setEstimateText(tr("Estimating…"), {}, false);
    enableButtons();
}

void RunPanel::showEstimate(const StudyEstimate& estimate) {
    const auto size = [](std::uint64_t bytes) {
        return QString::fromStdString(formatByteSize(bytes));
    };
    QString details = QStringLiteral("<table>");
    for (const StudyEstimate::Item& item : estimate.memory)
        details += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align='right'>%2</td></tr>")
                       .arg(QString::fromStdString(item.what).toHtmlEscaped(), size(item.bytes));
    details += QStringLiteral("</table>");
    QString text = tr("About %1, %2 of %3 memory, %4 disk, examples: %5")
                       .arg(formatDuration(estimate.seconds), size(estimate.peakBytes),
                            size(estimate.budgetBytes), size(estimate.diskBytes),
                            QLocale().toString(static_cast<qlonglong>(estimate.examples)));
    if (!estimate.fits)
        text += QLatin1Char('\n') + QString::fromStdString(estimate.reason);
    m_canRun = estimate.fits;
    setEstimateText(text, details, !estimate.fits);
    enableButtons();
}

void RunPanel::showFailure(const QString& text) {
    m_canRun = false;
    setEstimateText(text, {}, true);
    enableButtons();
}

void RunPanel::showState(StudyService::State state) {
    m_state = state;
    const bool active = state != StudyService::State::Idle;
    m_bar->setVisible(active);
    m_stage->setVisible(active);
    if (!active) {
        m_bar->setValue(0);
        m_stage->clear();
    }
    if (state == StudyService::State::Stopping)
        m_stage->setText(tr("Stopping; what is finished stays…"));
    m_pause->setChecked(state == StudyService::State::Paused);
    m_pause->setText(state == StudyService::State::Paused ? tr("&Continue") : tr("&Pause"));
    enableButtons();
}

void RunPanel::showProgress(const Progress& progress) {
    if (m_state == StudyService::State::Idle || m_state == StudyService::State::Stopping)
        return;
    m_bar->setValue(static_cast<int>(std::lround(progress.fraction * barSteps)));
    QString text = QString::fromStdString(progress.stage);
    if (progress.secondsLeft)
        text += tr(", %1 left").arg(formatDuration(*progress.secondsLeft));
    m_stage->setText(text);
}

void RunPanel::setResumable(bool resumable) {
    m_resumable = resumable;
    enableButtons();
}

void RunPanel::showQueue(const QStringList& sessions) { m_queue->setSessions(sessions); }

void RunPanel::enableButtons() {
    const bool idle = m_state == StudyService::State::Idle;
    m_run->setText(idle ? tr("&Run") : tr("&Queue"));
    m_run->setToolTip(idle ? tr("Run the study (Ctrl+R)")
                           : tr("Run the study after the one that runs (Ctrl+R)"));
    m_run->setEnabled(m_canRun && m_state != StudyService::State::Stopping);
    m_resume->setVisible(idle && m_resumable);
    m_pause->setVisible(!idle);
    m_pause->setEnabled(m_state != StudyService::State::Stopping);
    m_cancel->setVisible(!idle);
    m_cancel->setEnabled(m_state != StudyService::State::Stopping);
}

} // namespace quantscope
