#include "app/gui/study/model_section.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/path_chooser.h"

#include <QLabel>
#include <QLocale>

namespace quantscope {

namespace {

/// "1.10 B", "260 K": three significant digits.
QString shortCount(std::uint64_t count) {
    struct Scale {
        double size;
        const char* letter;
    };
    constexpr Scale scales[] = {{1e9, "B"}, {1e6, "M"}, {1e3, "K"}};
    for (const Scale& scale : scales) {
        const double value = static_cast<double>(count) / scale.size;
        if (value >= 1)
            return QLocale().toString(value, 'f',
                                      value >= 100  ? 0
                                      : value >= 10 ? 1
                                                    : 2) +
                   QLatin1Char(' ') + QString::fromLatin1(scale.letter);
    }
    return QLocale().toString(static_cast<qulonglong>(count));
}

} // namespace

ModelSection::ModelSection(QWidget* parent)
    : QWidget(parent)
    , m_path(new PathChooser(PathChooser::Kind::Checkpoint, tr("Choose a model folder")))
    , m_card(new QLabel) {
    m_path->setName(tr("Model folder"));
    m_path->setPlaceholder(tr("Hugging Face folder or GGUF file, or drop it here"));
    m_card->setWordWrap(true);
    m_card->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFormLayout* form = makeForm(this);
    form->addRow(tr("Folder"), m_path);
    form->addRow(m_card);
    form->setRowVisible(m_card, false);
    connect(m_path, &PathChooser::pathChanged, this, &ModelSection::changed);
}

QString ModelSection::path() const { return m_path->path(); }

void ModelSection::setPath(const QString& path) { m_path->setPath(path); }

void ModelSection::setRecent(const QStringList& paths) { m_path->setRecent(paths); }

void ModelSection::showSummary(const ModelSummary& summary) {
    m_card->setForegroundRole(QPalette::PlaceholderText);
    m_card->setText(tr("%1, %2 parameters in %3\n%4 layers, hidden size %5, vocabulary %6\n%7")
                        .arg(QString::fromStdString(summary.family), shortCount(summary.parameters),
                             QString::fromStdString(summary.dtype))
                        .arg(summary.layers)
                        .arg(summary.hiddenSize)
                        .arg(summary.vocabularySize)
                        .arg(QString::fromStdString(summary.tokenizer)));
    static_cast<QFormLayout*>(layout())->setRowVisible(m_card, true);
}

void ModelSection::showProblem(const QString& text) {
    m_card->setForegroundRole(QPalette::WindowText);
    m_card->setText(text);
    static_cast<QFormLayout*>(layout())->setRowVisible(m_card, true);
}

void ModelSection::clearCard() {
    static_cast<QFormLayout*>(layout())->setRowVisible(m_card, false);
}

} // namespace quantscope
