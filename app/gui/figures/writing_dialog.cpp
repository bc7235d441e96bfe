#include "app/gui/figures/writing_dialog.h"

#include "app/gui/study/path_chooser.h"
#include "core/data/error.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace quantscope {

WritingDialog::WritingDialog(const QString& chooserTitle, const QString& filter,
                             const QString& suggestedName, QWidget* parent)
    : QDialog(parent)
    , m_path(new PathChooser(PathChooser::Kind::NewFile, chooserTitle, filter))
    , m_problem(new QLabel)
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel)) {
    const QDir pictures(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation));
    m_path->setPath(pictures.filePath(suggestedName + QStringLiteral(".pdf")));
    m_problem->setWordWrap(true);
    m_problem->hide();
    new QVBoxLayout(this);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &WritingDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&m_writing, &LatestRequest::failed, this, &WritingDialog::showProblem);
}

void WritingDialog::addFoot() {
    layout()->addWidget(m_problem);
    layout()->addWidget(m_buttons);
}

QString WritingDialog::path() const { return m_path->path(); }

void WritingDialog::accept() {
    try {
        const std::vector<std::function<void()>> files = prepare();
        m_buttons->setEnabled(false); // until they are written
        m_writing.submit(
            [files](const std::stop_token&) {
                for (const auto& write : files)
                    write();
                return true;
            },
            this, [this](bool) { QDialog::accept(); });
    } catch (const Error& error) {
        showProblem(QString::fromUtf8(error.what()));
    }
}

void WritingDialog::showProblem(const QString& text) {
    m_buttons->setEnabled(true);
    m_problem->setText(text);
    m_problem->show();
}

QDoubleSpinBox* WritingDialog::makeLength(double value, double low, double high,
                                          const QString& unit) {
    auto* spin = new QDoubleSpinBox;
    spin->setRange(low, high);
    spin->setDecimals(1);
    spin->setSuffix(unit);
    spin->setValue(value);
    return spin;
}

} // namespace quantscope
