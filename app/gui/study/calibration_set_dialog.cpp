#include "app/gui/study/calibration_set_dialog.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/text_source_editor.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace quantscope {

namespace {

constexpr int mostDraws = 1000;
constexpr int mostExamples = 1'000'000;
constexpr int mostTokens = 1 << 20;
constexpr int shownFiles = 3;

QSpinBox* makeSpin(int most, const QString& toolTip) {
    auto* spin = new QSpinBox;
    spin->setRange(0, most);
    spin->setGroupSeparatorShown(true);
    spin->setSpecialValueText(CalibrationSetDialog::tr("as the study"));
    spin->setToolTip(toolTip);
    return spin;
}

std::optional<std::int64_t> valueOf(const QSpinBox* spin) {
    return spin->value() > 0 ? std::optional<std::int64_t>(spin->value()) : std::nullopt;
}

QString fileName(const TextSource& source) {
    return QFileInfo(QString::fromStdString(source.path)).fileName();
}

} // namespace

CalibrationSetDialog::CalibrationSetDialog(QStringList takenNames, QWidget* parent)
    : QDialog(parent)
    , m_takenNames(std::move(takenNames))
    , m_name(new QLineEdit)
    , m_kind(new QComboBox)
    , m_source(new TextSourceEditor(TextSourceEditor::Labels::Hidden))
    , m_addFile(makeButton(tr("Mix with another file"),
                           tr("Keeps this file and takes another one beside it; a draw has equal "
                              "shares of all")))
    , m_files(new QListWidget)
    , m_removeFile(makeButton(tr("Remove file"), tr("Take the selected file out of the set")))
    , m_examples(makeSpin(mostExamples, tr("Windows of a draw")))
    , m_tokens(makeSpin(mostTokens, tr("Tokens of a window")))
    , m_draws(makeSpin(mostDraws, tr("Draws of this set, which have no window in common")))
    , m_problem(new QLabel)
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel)) {
    setWindowTitle(tr("Calibration set"));
    auto* about = new QLabel(tr("Every method is calibrated on each draw of each set, and all are "
                                "tested on the study's text."));
    about->setWordWrap(true);
    about->setForegroundRole(QPalette::PlaceholderText);
    m_kind->addItem(tr("Text"), static_cast<int>(CalibrationKind::Text));
    m_kind->addItem(tr("Random punctuation"), static_cast<int>(CalibrationKind::Punctuation));
    m_kind->addItem(tr("Random tokens"), static_cast<int>(CalibrationKind::RandomTokens));
    m_kind->setToolTip(tr("Files, or nonsense: ASCII punctuation and white space, or tokens of the "
                          "vocabulary, each drawn uniformly"));
    m_name->setPlaceholderText(tr("the name of the file"));
    m_name->setToolTip(tr("How the set is called in tables and figures"));
    m_files->setAccessibleName(tr("Other files of the set"));
    m_files->setFixedHeight(m_files->fontMetrics().height() * shownFiles + 16);
    m_problem->setWordWrap(true);
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_addFile);
    row->addWidget(m_removeFile);
    row->addStretch();
    auto* fields = new QWidget;
    m_form = makeForm(fields);
    m_form->addRow(about);
    m_form->addRow(tr("Made of"), m_kind);
    m_form->addRow(m_source);
    m_form->addRow(buttons);
    m_form->addRow(tr("Mixed with"), m_files);
    m_form->addRow(tr("Name"), m_name);
    m_form->addRow(tr("Windows"), m_examples);
    m_form->addRow(tr("Tokens"), m_tokens);
    m_form->addRow(tr("Draws"), m_draws);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(fields);
    layout->addStretch(1);
    layout->addWidget(m_problem);
    layout->addWidget(m_buttons);
    resize(460, 420);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &CalibrationSetDialog::check);
    connect(m_source, &TextSourceEditor::changed, this, &CalibrationSetDialog::check);
    connect(m_name, &QLineEdit::textChanged, this, &CalibrationSetDialog::check);
    connect(m_addFile, &QToolButton::clicked, this, &CalibrationSetDialog::addFile);
    connect(m_removeFile, &QToolButton::clicked, this, &CalibrationSetDialog::removeFile);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

CalibrationKind CalibrationSetDialog::kind() const {
    return static_cast<CalibrationKind>(m_kind->currentData().toInt());
}

/// The files in the order that they were given in.
std::vector<TextSource> CalibrationSetDialog::sources() const {
    std::vector<TextSource> all = m_added;
    if (const TextSource last = m_source->source(); !last.path.empty())
        all.push_back(last);
    return all;
}

CalibrationSet CalibrationSetDialog::set() const {
    CalibrationSet set;
    set.kind = kind();
    set.name = m_name->text().trimmed().toStdString();
    if (set.kind == CalibrationKind::Text)
        set.sources = sources();
    if (set.name.empty() && set.kind != CalibrationKind::Text)
        set.name = calibrationKindName(set.kind);
    else if (set.name.empty() && !set.sources.empty())
        set.name = fileName(set.sources.front()).section(QLatin1Char('.'), 0, 0).toStdString();
    set.examples = valueOf(m_examples);
    set.tokens = valueOf(m_tokens);
    set.draws = valueOf(m_draws);
    return set;
}

void CalibrationSetDialog::setSet(const CalibrationSet& set) {
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(set.kind)));
    m_added.assign(set.sources.begin(), set.sources.end());
    if (!m_added.empty())
        m_added.pop_back();
    m_source->setSource(set.sources.empty() ? TextSource() : set.sources.back());
    m_name->setText(QString::fromStdString(set.name));
    m_examples->setValue(static_cast<int>(set.examples.value_or(0)));
    m_tokens->setValue(static_cast<int>(set.tokens.value_or(0)));
    m_draws->setValue(static_cast<int>(set.draws.value_or(0)));
    check();
}

void CalibrationSetDialog::addFile() {
    m_added.push_back(m_source->source());
    m_source->setSource({});
    check();
}

void CalibrationSetDialog::removeFile() {
    if (const int row = m_files->currentRow(); row >= 0)
        m_added.erase(m_added.begin() + row);
    check();
}

void CalibrationSetDialog::showFiles() {
    const bool isText = kind() == CalibrationKind::Text;
    m_form->setRowVisible(m_source, isText);
    m_form->setRowVisible(m_addFile->parentWidget(), isText);
    m_form->setRowVisible(m_files, isText && !m_added.empty());
    m_files->clear();
    for (const TextSource& source : m_added) {
        auto* item = new QListWidgetItem(fileName(source), m_files);
        item->setToolTip(QString::fromStdString(source.path));
    }
    if (m_files->count() > 0)
        m_files->setCurrentRow(m_files->count() - 1);
    m_addFile->setEnabled(!m_source->source().path.empty());
    m_removeFile->setVisible(!m_added.empty());
}

QString CalibrationSetDialog::problem() const {
    const CalibrationSet found = set();
    if (found.kind == CalibrationKind::Text && found.sources.empty())
        return tr("Choose a text.");
    for (const TextSource& source : found.sources)
        if (source.format == TextFormat::Separator)
            return tr("A calibration set cannot split its files at a separator; write the "
                      "documents as lines or JSON lines.");
    const QString name = QString::fromStdString(found.name);
    return m_takenNames.contains(name) ? tr("Another set is called “%1”.").arg(name) : QString();
}

void CalibrationSetDialog::check() {
    showFiles();
    m_problem->setText(problem());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(problem().isEmpty());
}

} // namespace quantscope
