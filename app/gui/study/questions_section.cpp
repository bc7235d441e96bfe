#include "app/gui/study/questions_section.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/path_chooser.h"
#include "core/data/escapes.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QSpinBox>

namespace quantscope {

namespace {

constexpr int mostShots = 1000;
constexpr int mostQuestions = 100'000'000;
constexpr int mostAnswerTokens = 4096;

QSpinBox* makeSpin(int low, int high, const QString& toolTip, const QString& special = {}) {
    auto* spin = new QSpinBox;
    spin->setRange(low, high);
    spin->setGroupSeparatorShown(true);
    spin->setSpecialValueText(special);
    spin->setToolTip(toolTip);
    return spin;
}

QLineEdit* makeEdit(const QString& toolTip) {
    auto* edit = new QLineEdit;
    edit->setToolTip(toolTip);
    return edit;
}

std::string textOf(const QLineEdit* edit) { return edit->text().trimmed().toStdString(); }

} // namespace

QuestionsSection::QuestionsSection(QWidget* parent)
    : QWidget(parent)
    , m_form(makeForm(this))
    , m_path(new PathChooser(PathChooser::Kind::File, tr("Choose questions"),
                             tr("Questions (*.jsonl *.json *.gz *.zst);;All files (*)")))
    , m_question(makeEdit(tr("The field that holds the question")))
    , m_answers(makeEdit(tr("The field with the accepted answers: a list of texts (PopQA: "
                            "possible_answers)")))
    , m_popularity(makeEdit(tr("The field with a number for the popularity of the question's "
                               "subject (PopQA: s_pop)")))
    , m_choices(makeEdit(tr("The field with the choices, for questions of multiple choice")))
    , m_gold(makeEdit(tr("The field with the index of the right choice, from 0")))
    , m_template(makeEdit(tr("The prompt, with {question} where the question stands; \\n is a line "
                             "break. The answer follows after a space.")))
    , m_shots(makeSpin(0, mostShots,
                       tr("Questions shown with their answers before each prompt. They are drawn "
                          "with the seed and not asked."),
                       tr("none")))
    , m_count(
          makeSpin(0, mostQuestions, tr("Questions drawn with the seed; 0 takes all."), tr("all")))
    , m_answerTokens(makeSpin(1, mostAnswerTokens,
                              tr("Tokens of the longest answer; it ends "
                                 "earlier at a line break or end token.")))
    , m_criterion(new QComboBox)
    , m_bucket(new QDoubleSpinBox) {
    m_path->setName(tr("File of questions"));
    m_path->setPlaceholder(tr("none are asked"));
    m_criterion->addItem(tr("Contains an accepted answer"),
                         static_cast<int>(AnswerCriterion::Contains));
    m_criterion->addItem(tr("Exact match"), static_cast<int>(AnswerCriterion::Exact));
    m_criterion->setToolTip(tr("When an answer is right: an accepted answer occurs in it (PopQA's "
                               "criterion), or they are equal but for case, punctuation and "
                               "articles (SQuAD's)."));
    m_bucket->setRange(0.01, 10);
    m_bucket->setSingleStep(0.5);
    m_bucket->setToolTip(tr("Width of a bucket of the logarithm to base 10 of the popularity"));
    m_form->addRow(tr("File"), m_path);
    m_form->addRow(tr("Question field"), m_question);
    m_form->addRow(tr("Answers field"), m_answers);
    m_form->addRow(tr("Popularity field"), m_popularity);
    m_form->addRow(tr("Choices field"), m_choices);
    m_form->addRow(tr("Right choice field"), m_gold);
    m_form->addRow(tr("Prompt"), m_template);
    m_form->addRow(tr("Shots"), m_shots);
    m_form->addRow(tr("Questions"), m_count);
    m_form->addRow(tr("Answer tokens"), m_answerTokens);
    m_form->addRow(tr("Right when"), m_criterion);
    m_form->addRow(tr("Bucket width"), m_bucket);
    readFrom({});
    connect(m_path, &PathChooser::pathChanged, this, [this] {
        showFields();
        Q_EMIT changed();
    });
    for (QLineEdit* edit : {m_question, m_answers, m_popularity, m_choices, m_gold, m_template})
        connect(edit, &QLineEdit::textChanged, this, &QuestionsSection::changed);
    for (QSpinBox* spin : {m_shots, m_count, m_answerTokens})
        connect(spin, &QSpinBox::valueChanged, this, &QuestionsSection::changed);
    connect(m_criterion, &QComboBox::currentIndexChanged, this, &QuestionsSection::changed);
    connect(m_bucket, &QDoubleSpinBox::valueChanged, this, &QuestionsSection::changed);
}

void QuestionsSection::writeTo(StudyPlan& plan) const {
    QuestionOptions& questions = plan.questions;
    questions.path = m_path->path().toStdString();
    questions.questionField = textOf(m_question);
    questions.answersField = textOf(m_answers);
    questions.popularityField = textOf(m_popularity);
    questions.choicesField = textOf(m_choices);
    questions.goldField = textOf(m_gold);
    questions.promptTemplate = unescaped(m_template->text().toStdString());
    questions.shots = m_shots->value();
    questions.questions =
        m_count->value() > 0 ? std::optional<std::int64_t>(m_count->value()) : std::nullopt;
    questions.answerTokens = m_answerTokens->value();
    questions.criterion = static_cast<AnswerCriterion>(m_criterion->currentData().toInt());
    questions.bucketWidth = m_bucket->value();
}

void QuestionsSection::readFrom(const StudyPlan& plan) {
    const QuestionOptions& questions = plan.questions;
    m_path->setPath(QString::fromStdString(questions.path));
    m_question->setText(QString::fromStdString(questions.questionField));
    m_answers->setText(QString::fromStdString(questions.answersField));
    m_popularity->setText(QString::fromStdString(questions.popularityField));
    m_choices->setText(QString::fromStdString(questions.choicesField));
    m_gold->setText(QString::fromStdString(questions.goldField));
    m_template->setText(QString::fromStdString(escaped(questions.promptTemplate)));
    m_shots->setValue(static_cast<int>(questions.shots));
    m_count->setValue(static_cast<int>(questions.questions.value_or(0)));
    m_answerTokens->setValue(static_cast<int>(questions.answerTokens));
    m_criterion->setCurrentIndex(m_criterion->findData(static_cast<int>(questions.criterion)));
    m_bucket->setValue(questions.bucketWidth);
    showFields();
}

QString QuestionsSection::problem() const {
    const bool hasPlace = m_template->text().contains(
        QString::fromUtf8(questionPlaceholder.data(), qsizetype(questionPlaceholder.size())));
    return m_path->path().isEmpty() || hasPlace
               ? QString()
               : tr("The prompt has to say where the question stands: write {question} in it.");
}

/// Without a file there is nothing to set.
void QuestionsSection::showFields() {
    for (int row = 1; row < m_form->rowCount(); ++row)
        m_form->setRowVisible(row, !m_path->path().isEmpty());
}

} // namespace quantscope
