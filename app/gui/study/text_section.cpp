#include "app/gui/study/text_section.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/text_source_editor.h"
#include "core/study/study.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QRegularExpressionValidator>
#include <QSpinBox>

namespace quantscope {

namespace {

constexpr int mostTokens = 1 << 20;
constexpr int mostExamples = 100'000'000;

QSpinBox* makeSpin(int low, int high, const QString& special = {}) {
    auto* spin = new QSpinBox;
    spin->setRange(low, high);
    spin->setGroupSeparatorShown(true);
    spin->setSpecialValueText(special);
    return spin;
}

} // namespace

TextSection::TextSection(QWidget* parent)
    : QWidget(parent)
    , m_source(new TextSourceEditor(TextSourceEditor::Labels::Shown))
    , m_preview(new QLabel)
    , m_tokens(makeSpin(1, mostTokens))
    , m_windows(new QComboBox)
    , m_minimum(makeSpin(0, mostTokens, tr("full windows only")))
    , m_deduplication(new QComboBox)
    , m_examples(makeSpin(0, mostExamples, tr("all")))
    , m_seed(new QLineEdit) {
    m_preview->setWordWrap(true);
    m_preview->setTextFormat(Qt::PlainText); // it shows what others wrote
    m_preview->setForegroundRole(QPalette::PlaceholderText);
    m_windows->addItem(tr("First of each document"), static_cast<int>(WindowMode::First));
    m_windows->addItem(tr("All of each document"), static_cast<int>(WindowMode::All));
    m_deduplication->addItem(tr("Off"), static_cast<int>(Deduplication::Off));
    m_deduplication->addItem(tr("All examples"), static_cast<int>(Deduplication::All));
    m_deduplication->addItem(tr("As in the paper"), static_cast<int>(Deduplication::Paper));
    m_deduplication->setToolTip(
        tr("Leaves out examples that share too many 5-grams with another one."));
    m_tokens->setToolTip(tr("Predicted tokens of each example, after the start token"));
    m_minimum->setToolTip(tr("The shortest window that is kept; padding stays out of every "
                             "statistic."));
    m_examples->setToolTip(tr("Examples drawn with the seed; 0 takes all."));
    m_seed->setValidator(
        new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{1,19}")), m_seed));
    m_seed->setToolTip(tr("The same seed draws the same examples."));
    QFormLayout* form = makeForm(this);
    form->addRow(m_source);
    form->addRow(m_preview);
    form->addRow(tr("Tokens"), m_tokens);
    form->addRow(tr("Windows"), m_windows);
    form->addRow(tr("At least"), m_minimum);
    form->addRow(tr("Duplicates"), m_deduplication);
    form->addRow(tr("Examples"), m_examples);
    form->addRow(tr("Seed"), m_seed);
    form->setRowVisible(m_preview, false);
    readFrom({});
    connect(m_source, &TextSourceEditor::changed, this, &TextSection::changed);
    for (QSpinBox* spin : {m_tokens, m_minimum, m_examples})
        connect(spin, &QSpinBox::valueChanged, this, &TextSection::changed);
    for (QComboBox* box : {m_windows, m_deduplication})
        connect(box, &QComboBox::currentIndexChanged, this, &TextSection::changed);
    connect(m_seed, &QLineEdit::textChanged, this, &TextSection::changed);
}

void TextSection::writeTo(StudyPlan& plan) const {
    plan.text = m_source->source();
    plan.windows.tokens = m_tokens->value();
    plan.windows.mode = static_cast<WindowMode>(m_windows->currentData().toInt());
    plan.windows.minimumTokens =
        m_minimum->value() > 0 ? std::optional<std::int64_t>(m_minimum->value()) : std::nullopt;
    plan.windows.deduplication = static_cast<Deduplication>(m_deduplication->currentData().toInt());
    plan.windows.examples =
        m_examples->value() > 0 ? std::optional<std::int64_t>(m_examples->value()) : std::nullopt;
    plan.seed = m_seed->text().toULongLong();
}

void TextSection::readFrom(const StudyPlan& plan) {
    m_source->setSource(plan.text);
    m_tokens->setValue(static_cast<int>(plan.windows.tokens));
    m_windows->setCurrentIndex(m_windows->findData(static_cast<int>(plan.windows.mode)));
    m_minimum->setValue(static_cast<int>(plan.windows.minimumTokens.value_or(0)));
    m_deduplication->setCurrentIndex(
        m_deduplication->findData(static_cast<int>(plan.windows.deduplication)));
    m_examples->setValue(static_cast<int>(plan.windows.examples.value_or(0)));
    m_seed->setText(QString::number(plan.seed));
}

void TextSection::setPath(const QString& path) { m_source->setPath(path); }

void TextSection::setRecent(const QStringList& paths) { m_source->setRecent(paths); }

void TextSection::showPreview(const TextPreview& preview) {
    const QLocale locale;
    QString text = tr("%1 documents, %2 examples, %3 tokens")
                       .arg(locale.toString(static_cast<qulonglong>(preview.documentCount)),
                            locale.toString(static_cast<qlonglong>(preview.exampleCount)),
                            locale.toString(static_cast<qlonglong>(preview.tokenCount)));
    if (!preview.documents.empty()) {
        constexpr qsizetype shown = 120;
        const QString first = QString::fromStdString(preview.documents.front()).simplified();
        text += QLatin1Char('\n') + first.left(shown);
        if (first.size() > shown)
            text += QChar(0x2026);
    }
    m_preview->setText(text);
    QStringList documents;
    for (const std::string& document : preview.documents)
        documents << QString::fromStdString(document).toHtmlEscaped();
    m_preview->setToolTip(QStringLiteral("<p>") + documents.join(QStringLiteral("</p><hr/><p>")) +
                          QStringLiteral("</p>"));
    static_cast<QFormLayout*>(layout())->setRowVisible(m_preview, true);
}

void TextSection::showProblem(const QString& text) {
    m_preview->setText(text);
    m_preview->setToolTip({});
    static_cast<QFormLayout*>(layout())->setRowVisible(m_preview, true);
}

void TextSection::clearPreview() {
    static_cast<QFormLayout*>(layout())->setRowVisible(m_preview, false);
}

} // namespace quantscope
