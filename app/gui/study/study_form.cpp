#include "app/gui/study/study_form.h"

#include "app/gui/study/collapsible_section.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace quantscope {

namespace {

QString outputFolder() {
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QDir(documents).filePath(QStringLiteral("QuantScope"));
}

/// NAME.qscope.h5 of the model and the text, numbered where it stands already.
QString freeOutput(const StudyPlan& plan) {
    QString model = QDir(QString::fromStdString(plan.modelPath)).dirName();
    if (model.isEmpty() || model == QLatin1String("."))
        model = QStringLiteral("study");
    const QString text = QFileInfo(QString::fromStdString(plan.text.path)).baseName();
    const QString stem = text.isEmpty() ? model : model + QLatin1Char('-') + text;
    const QDir folder(outputFolder());
    const auto taken = [&](const QString& name) {
        return folder.exists(name + QStringLiteral(".qscope.h5")) ||
               folder.exists(name + QStringLiteral(".qscope.d"));
    };
    QString name = stem;
    for (int number = 2; taken(name); ++number)
        name = stem + QLatin1Char('-') + QString::number(number);
    return folder.filePath(name + QStringLiteral(".qscope.h5"));
}

} // namespace

StudyForm::StudyForm(std::function<std::vector<MethodInfo>()> methods, QWidget* parent)
    : QWidget(parent)
    , m_model(new ModelSection)
    , m_text(new TextSection)
    , m_methods(new MethodsSection(std::move(methods)))
    , m_instruments(new InstrumentsSection)
    , m_questions(new QuestionsSection)
    , m_resources(new ResourcesSection) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(2);
    layout->addWidget(new CollapsibleSection(tr("Model"), m_model));
    layout->addWidget(new CollapsibleSection(tr("Text"), m_text));
    layout->addWidget(new CollapsibleSection(tr("Methods"), m_methods));
    auto* instruments = new CollapsibleSection(tr("Instruments"), m_instruments);
    auto* questions = new CollapsibleSection(tr("Questions"), m_questions);
    auto* resources = new CollapsibleSection(tr("Resources and session"), m_resources);
    layout->addWidget(instruments);
    layout->addWidget(questions);
    layout->addWidget(resources);
    layout->addStretch(1);
    connect(m_model, &ModelSection::changed, this, [this] {
        suggestOutput();
        Q_EMIT modelChanged();
        Q_EMIT changed();
    });
    connect(m_text, &TextSection::changed, this, [this] {
        suggestOutput();
        Q_EMIT textChanged();
        Q_EMIT changed();
    });
    connect(m_methods, &MethodsSection::changed, this, [this] {
        StudyPlan lanes;
        m_methods->writeTo(lanes);
        m_instruments->setLanes(quantizedLanes(lanes));
        Q_EMIT changed();
    });
    connect(m_instruments, &InstrumentsSection::changed, this, &StudyForm::changed);
    connect(m_questions, &QuestionsSection::changed, this, &StudyForm::changed);
    connect(m_resources, &ResourcesSection::changed, this, &StudyForm::changed);
}

StudyPlan StudyForm::plan() const {
    StudyPlan plan;
    plan.modelPath = m_model->path().toStdString();
    m_text->writeTo(plan);
    m_methods->writeTo(plan);
    m_instruments->writeTo(plan);
    m_questions->writeTo(plan);
    m_resources->writeTo(plan);
    return plan;
}

void StudyForm::setPlan(const StudyPlan& plan) {
    m_model->setPath(QString::fromStdString(plan.modelPath));
    m_text->readFrom(plan);
    m_methods->readFrom(plan);
    m_instruments->readFrom(plan);
    m_questions->readFrom(plan);
    m_resources->readFrom(plan);
}

QString StudyForm::problem() const {
    if (m_model->path().isEmpty())
        return tr("Choose a model.");
    StudyPlan plan;
    m_text->writeTo(plan);
    if (plan.text.path.empty())
        return tr("Choose a text.");
    if (plan.text.format == TextFormat::Separator && plan.text.separator.empty())
        return tr("Write the separator between documents.");
    if (m_methods->specs().empty() && m_methods->imported().empty())
        return tr("Add a quantization method.");
    const QString problem = m_instruments->problem();
    return problem.isEmpty() ? m_questions->problem() : problem;
}

void StudyForm::suggestOutput() { m_resources->setSuggestedOutput(freeOutput(plan())); }

} // namespace quantscope
