#include "app/gui/study/text_source_editor.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/path_chooser.h"
#include "core/data/escapes.h"

#include <QComboBox>
#include <QLineEdit>
#include <QSignalBlocker>

namespace quantscope {

namespace {

QString joined(const std::vector<std::string>& names) {
    QStringList parts;
    for (const std::string& name : names)
        parts << QString::fromStdString(name);
    return parts.join(QStringLiteral(", "));
}

std::vector<std::string> split(const QString& text) {
    std::vector<std::string> names;
    for (const QString& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
        if (!part.trimmed().isEmpty())
            names.push_back(part.trimmed().toStdString());
    return names;
}

bool hasFields(TextFormat format) {
    return format == TextFormat::Jsonl || format == TextFormat::Csv || format == TextFormat::Tsv;
}

} // namespace

TextFormat suggestedFormat(const QString& path) {
    QString name = path.toLower();
    for (const QString& packing : {QStringLiteral(".gz"), QStringLiteral(".zst")})
        if (name.endsWith(packing))
            name.chop(packing.size());
    if (name.endsWith(QStringLiteral(".jsonl")) || name.endsWith(QStringLiteral(".ndjson")))
        return TextFormat::Jsonl;
    if (name.endsWith(QStringLiteral(".csv")))
        return TextFormat::Csv;
    if (name.endsWith(QStringLiteral(".tsv")))
        return TextFormat::Tsv;
    return TextFormat::Lines;
}

TextSourceEditor::TextSourceEditor(Labels labels, QWidget* parent)
    : QWidget(parent)
    , m_labelsShown(labels)
    , m_form(makeForm(this))
    , m_path(new PathChooser(PathChooser::Kind::File, tr("Choose a text"),
                             tr("Texts (*.txt *.jsonl *.csv *.tsv *.gz *.zst);;All files (*)")))
    , m_format(new QComboBox)
    , m_separator(new QLineEdit)
    , m_textField(new QLineEdit)
    , m_labelFields(new QLineEdit) {
    m_path->setName(tr("Text file"));
    m_path->setPlaceholder(tr("file, or drop it here"));
    m_format->addItem(tr("A line each"), static_cast<int>(TextFormat::Lines));
    m_format->addItem(tr("A paragraph each"), static_cast<int>(TextFormat::Paragraphs));
    m_format->addItem(tr("The whole file"), static_cast<int>(TextFormat::Whole));
    m_format->addItem(tr("Split at a separator"), static_cast<int>(TextFormat::Separator));
    m_format->addItem(tr("JSON lines"), static_cast<int>(TextFormat::Jsonl));
    m_format->addItem(tr("CSV"), static_cast<int>(TextFormat::Csv));
    m_format->addItem(tr("TSV"), static_cast<int>(TextFormat::Tsv));
    m_format->setToolTip(tr("How the file falls into documents"));
    m_separator->setPlaceholderText(QStringLiteral("<|endoftext|>"));
    m_separator->setToolTip(tr("Literal text between two documents; \\n is a line break."));
    m_textField->setToolTip(tr("The field or column that holds the text"));
    m_labelFields->setPlaceholderText(tr("none"));
    m_labelFields->setToolTip(
        tr("Fields or columns kept beside each example, with commas between"));
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->addRow(tr("File"), m_path);
    m_form->addRow(tr("Documents"), m_format);
    m_form->addRow(tr("Separator"), m_separator);
    m_form->addRow(tr("Text field"), m_textField);
    m_form->addRow(tr("Label fields"), m_labelFields);
    setSource({});
    connect(m_path, &PathChooser::pathChanged, this, [this](const QString& path) {
        if (!path.isEmpty()) {
            const QSignalBlocker blocker(m_format);
            m_format->setCurrentIndex(m_format->findData(static_cast<int>(suggestedFormat(path))));
            showFieldsOfFormat();
        }
        Q_EMIT changed();
    });
    connect(m_format, &QComboBox::currentIndexChanged, this, [this] {
        showFieldsOfFormat();
        Q_EMIT changed();
    });
    for (QLineEdit* edit : {m_separator, m_textField, m_labelFields})
        connect(edit, &QLineEdit::textChanged, this, &TextSourceEditor::changed);
}

TextSource TextSourceEditor::source() const {
    TextSource source;
    source.path = m_path->path().toStdString();
    source.format = static_cast<TextFormat>(m_format->currentData().toInt());
    if (source.format == TextFormat::Separator)
        source.separator = unescaped(m_separator->text().toStdString());
    if (hasFields(source.format)) {
        source.textField = m_textField->text().trimmed().toStdString();
        source.labelFields = split(m_labelFields->text());
    }
    return source;
}

void TextSourceEditor::setSource(const TextSource& source) {
    {
        const QSignalBlocker blockPath(m_path);
        const QSignalBlocker blockFormat(m_format);
        const QSignalBlocker blockSeparator(m_separator);
        const QSignalBlocker blockText(m_textField);
        const QSignalBlocker blockLabels(m_labelFields);
        m_path->setPath(QString::fromStdString(source.path));
        m_format->setCurrentIndex(m_format->findData(static_cast<int>(source.format)));
        m_separator->setText(QString::fromStdString(escaped(source.separator)));
        m_textField->setText(QString::fromStdString(source.textField));
        m_labelFields->setText(joined(source.labelFields));
    }
    showFieldsOfFormat();
    Q_EMIT changed();
}

void TextSourceEditor::setPath(const QString& path) { m_path->setPath(path); }

void TextSourceEditor::setRecent(const QStringList& paths) { m_path->setRecent(paths); }

void TextSourceEditor::setPlaceholder(const QString& text) { m_path->setPlaceholder(text); }

void TextSourceEditor::showFieldsOfFormat() {
    const auto format = static_cast<TextFormat>(m_format->currentData().toInt());
    m_form->setRowVisible(m_separator, format == TextFormat::Separator);
    m_form->setRowVisible(m_textField, hasFields(format));
    m_form->setRowVisible(m_labelFields, hasFields(format) && m_labelsShown == Labels::Shown);
}

} // namespace quantscope
