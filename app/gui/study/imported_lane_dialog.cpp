#include "app/gui/study/imported_lane_dialog.h"

#include "app/gui/study/form_layout.h"
#include "app/gui/study/path_chooser.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace quantscope {

ImportedLaneDialog::ImportedLaneDialog(QStringList takenLanes, QWidget* parent)
    : QDialog(parent)
    , m_takenLanes(std::move(takenLanes))
    , m_path(new PathChooser(PathChooser::Kind::Checkpoint, tr("Choose a quantized checkpoint")))
    , m_name(new QLineEdit)
    , m_problem(new QLabel)
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel)) {
    setWindowTitle(tr("Quantized checkpoint"));
    auto* about = new QLabel(tr("The same model, quantized by another program. It walks beside the "
                                "methods and is compared with the model as they are."));
    about->setWordWrap(true);
    about->setForegroundRole(QPalette::PlaceholderText);
    m_path->setName(tr("Quantized checkpoint"));
    m_path->setPlaceholder(tr("Hugging Face folder or GGUF file, or drop it here"));
    m_name->setPlaceholderText(tr("the name of the folder or file"));
    m_name->setToolTip(tr("How the checkpoint is called in tables and figures"));
    m_problem->setWordWrap(true);
    auto* fields = new QWidget;
    QFormLayout* form = makeForm(fields);
    form->addRow(about);
    form->addRow(tr("Checkpoint"), m_path);
    form->addRow(tr("Name"), m_name);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(fields);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(m_buttons);
    resize(460, 220);
    connect(m_path, &PathChooser::pathChanged, this, &ImportedLaneDialog::check);
    connect(m_name, &QLineEdit::textChanged, this, &ImportedLaneDialog::check);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

ImportedLane ImportedLaneDialog::lane() const {
    const QString path = m_path->path();
    const QString name = m_name->text().trimmed();
    const QString own = QFileInfo(QDir::cleanPath(path)).fileName();
    return {path.toStdString(), (name.isEmpty() ? own : name).toStdString()};
}

void ImportedLaneDialog::setLane(const ImportedLane& lane) {
    m_path->setPath(QString::fromStdString(lane.path));
    m_name->setText(QString::fromStdString(lane.lane));
}

QString ImportedLaneDialog::problem() const {
    if (m_path->path().isEmpty())
        return tr("Choose a checkpoint.");
    const QString name = QString::fromStdString(lane().lane);
    return m_takenLanes.contains(name) ? tr("Another lane is called “%1”.").arg(name) : QString();
}

void ImportedLaneDialog::check() {
    m_problem->setText(problem());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(problem().isEmpty());
}

} // namespace quantscope
