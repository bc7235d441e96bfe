#include "app/gui/study/study_panel.h"

#include "app/gui/study/run_panel.h"
#include "app/gui/study/study_form.h"
#include "app/service/settings.h"
#include "core/data/error.h"

#include <QDir>
#include <QFileInfo>
#include <QMessageBox>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <spdlog/spdlog.h>

namespace quantscope {

namespace {

/// Long enough that typing a number asks once.
constexpr int delayMilliseconds = 350;

} // namespace

StudyPanel::StudyPanel(const StudyBackend& backend, StudyService& studies, Settings& settings,
                       QWidget* parent)
    : QWidget(parent)
    , m_backend(backend)
    , m_studies(studies)
    , m_settings(settings)
    , m_form(new StudyForm(backend.methods))
    , m_run(new RunPanel) {
    auto* scroll = new QScrollArea;
    scroll->setWidget(m_form);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    // Without a horizontal bar the form must never be wider than its view.
    scroll->setMinimumWidth(m_form->minimumSizeHint().width() +
                            scroll->verticalScrollBar()->sizeHint().width());
    auto* line = new QFrame;
    line->setFrameShape(QFrame::HLine);
    line->setForegroundRole(QPalette::Mid);
    line->setFrameShadow(QFrame::Plain);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(scroll, 1);
    layout->addWidget(line);
    layout->addWidget(m_run);

    for (QTimer* timer : {&m_previewDelay, &m_estimateDelay}) {
        timer->setSingleShot(true);
        timer->setInterval(delayMilliseconds);
    }
    connect(&m_previewDelay, &QTimer::timeout, this, &StudyPanel::requestPreview);
    connect(&m_estimateDelay, &QTimer::timeout, this, &StudyPanel::requestEstimate);
    connect(m_form, &StudyForm::modelChanged, this, &StudyPanel::requestModel);
    connect(m_form, &StudyForm::modelChanged, &m_previewDelay, qOverload<>(&QTimer::start));
    connect(m_form, &StudyForm::textChanged, &m_previewDelay, qOverload<>(&QTimer::start));
    connect(m_form, &StudyForm::changed, &m_estimateDelay, qOverload<>(&QTimer::start));
    connect(&m_modelRequest, &LatestRequest::failed, this,
            [this](const QString& message) { m_form->model()->showProblem(message); });
    connect(&m_previewRequest, &LatestRequest::failed, this,
            [this](const QString& message) { m_form->text()->showProblem(message); });
    connect(&m_estimateRequest, &LatestRequest::failed, this,
            [this](const QString& message) { m_run->showFailure(message); });

    connect(m_run, &RunPanel::runRequested, this, &StudyPanel::run);
    connect(m_run, &RunPanel::cancelRequested, &m_studies, &StudyService::cancel);
    connect(m_run, &RunPanel::pauseRequested, &m_studies, &StudyService::setPaused);
    connect(m_run, &RunPanel::resumeRequested, this, [this] { m_studies.resume(m_resumable); });
    connect(&m_studies, &StudyService::stateChanged, m_run, &RunPanel::showState);
    connect(m_run, &RunPanel::forgetRequested, this, [this](int waiting) {
        m_studies.forget(static_cast<std::size_t>(waiting));
    });
    connect(&m_studies, &StudyService::queueChanged, m_run,
            [this] { m_run->showQueue(m_studies.waitingOutputs()); });
    connect(&m_studies, &StudyService::progressed, m_run, &RunPanel::showProgress);
    connect(&m_settings, &Settings::recentChanged, this, &StudyPanel::showRecent);
    showRecent();
    restorePlan();
    requestEstimate();
}

StudyPanel::~StudyPanel() = default;

void StudyPanel::setModel(const QString& folder) { m_form->model()->setPath(folder); }

void StudyPanel::setText(const QString& file) { m_form->text()->setPath(file); }

void StudyPanel::setPlan(const StudyPlan& plan) { m_form->setPlan(plan); }

void StudyPanel::setResumable(const QString& session) {
    m_resumable = session;
    m_run->setResumable(!session.isEmpty());
}

void StudyPanel::restorePlan() {
    const QString json = m_settings.lastPlan();
    if (json.isEmpty())
        return;
    try {
        StudyPlan plan = m_backend.planFromJson(json.toStdString());
        plan.output.clear(); // never the file of the last study again
        m_form->setPlan(plan);
    } catch (const Error& error) {
        spdlog::warn("The last plan could not be restored: {}", error.what());
    }
}

void StudyPanel::showRecent() {
    m_form->model()->setRecent(m_settings.recent(Settings::Recent::Model));
    m_form->text()->setRecent(m_settings.recent(Settings::Recent::Text));
}

void StudyPanel::requestModel() {
    const QString path = m_form->model()->path();
    if (path.isEmpty()) {
        m_modelRequest.drop();
        m_form->model()->clearCard();
        return;
    }
    m_modelRequest.submit(
        [summarize = m_backend.summarizeModel, path](const std::stop_token&) {
            return summarize(std::filesystem::path(path.toStdString()));
        },
        this, [this](const ModelSummary& summary) { m_form->model()->showSummary(summary); });
}

void StudyPanel::requestPreview() {
    const StudyPlan plan = m_form->plan();
    // Tokens are counted with the model's tokenizer.
    if (plan.text.path.empty() || plan.modelPath.empty()) {
        m_previewRequest.drop();
        m_form->text()->clearPreview();
        return;
    }
    m_previewRequest.submit(
        [preview = m_backend.previewText, plan](const std::stop_token& stop) {
            Job job({}, stop);
            return preview(plan, job);
        },
        this, [this](const TextPreview& preview) { m_form->text()->showPreview(preview); });
}

void StudyPanel::requestEstimate() {
    const QString problem = m_form->problem();
    if (!problem.isEmpty()) {
        m_estimateRequest.drop();
        m_run->showProblem(problem);
        return;
    }
    m_run->showEstimating();
    m_estimateRequest.submit(
        [estimate = m_backend.estimate, plan = m_form->plan()](const std::stop_token& stop) {
            Job job({}, stop);
            return estimate(plan, job);
        },
        this, [this](const StudyEstimate& estimate) { m_run->showEstimate(estimate); });
}

void StudyPanel::runWith(const std::vector<MethodSpec>& methods) {
    StudyPlan plan = m_form->plan();
    plan.methods = methods;
    plan.calibration.sets.clear(); // a trained lane and its base on one text
    plan.calibration.referenceSet.clear();
    plan.instruments.siteStatistics = true; // the errors by layer that they are compared by
    plan.instruments.pairMethod.clear();
    std::vector<InstrumentGroup>& groups = plan.instruments.groups;
    if (!plan.instruments.has(InstrumentGroup::Local))
        groups.insert(groups.begin(), InstrumentGroup::Local); // the first of the enumeration
    plan.output.clear();                                       // a name of its own
    m_form->setPlan(plan);
    run();
}

void StudyPanel::run() {
    const QString problem = m_form->problem();
    if (!problem.isEmpty()) {
        m_run->showProblem(problem);
        return;
    }
    const StudyPlan plan = m_form->plan();
    const QFileInfo output(QString::fromStdString(plan.output));
    if (m_studies.writes(QString::fromStdString(plan.output))) {
        m_run->showFailure(tr("%1 is written by a study that runs or waits. Choose another "
                              "session file under Resources and session.")
                               .arg(output.filePath()));
        return;
    }
    if (output.exists() &&
        QMessageBox::question(
            this, tr("Replace the session?"),
            tr("%1 exists already. Replace it by the new study?").arg(output.filePath())) !=
            QMessageBox::Yes)
        return;
    if (!output.absoluteDir().mkpath(QStringLiteral("."))) {
        m_run->showFailure(tr("The folder %1 cannot be made. Choose another place for the session.")
                               .arg(output.absolutePath()));
        return;
    }
    m_settings.setLastPlan(QString::fromStdString(m_backend.planToJson(plan)));
    m_settings.addRecent(Settings::Recent::Model, QString::fromStdString(plan.modelPath));
    m_settings.addRecent(Settings::Recent::Text, QString::fromStdString(plan.text.path));
    m_studies.start(plan);
}

} // namespace quantscope
