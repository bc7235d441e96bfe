#include "app/gui/figures/export_all.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QProcess>
#include <QProgressDialog>
#include <QPushButton>
#include <QUrl>

#include <memory>

namespace quantscope {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("quantscope::ExportAll", text); }

void showResult(QWidget* parent, const QString& folder, int count) {
    auto* box = new QMessageBox(
        QMessageBox::Information, tr(QT_TRANSLATE_NOOP("quantscope::ExportAll", "Figures drawn")),
        tr(QT_TRANSLATE_NOOP("quantscope::ExportAll", "%1 figures are in %2, each as PDF, SVG, PNG "
                                                      "and CSV; captions.txt says what they show."))
            .arg(count)
            .arg(folder),
        QMessageBox::Close, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* open = box->addButton(
        tr(QT_TRANSLATE_NOOP("quantscope::ExportAll", "Open the folder")), QMessageBox::ActionRole);
    QObject::connect(box, &QMessageBox::buttonClicked, box,
                     [open, folder](QAbstractButton* button) {
                         if (button == open)
                             QDesktopServices::openUrl(QUrl::fromLocalFile(folder));
                     });
    box->open();
}

void showProblem(QWidget* parent, const QString& message) {
    auto* box = new QMessageBox(
        QMessageBox::Warning,
        tr(QT_TRANSLATE_NOOP("quantscope::ExportAll", "The figures could not be drawn")), message,
        QMessageBox::Ok, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace

void exportAllFigures(QWidget* parent, const QString& session) {
    const QString folder = QFileDialog::getExistingDirectory(
        parent, tr(QT_TRANSLATE_NOOP("quantscope::ExportAll", "Folder for the figures")),
        QFileInfo(session).path());
    if (folder.isEmpty())
        return;
    auto* process = new QProcess(parent);
    auto* dialog =
        new QProgressDialog(tr(QT_TRANSLATE_NOOP("quantscope::ExportAll", "Drawing figures…")),
                            tr(QT_TRANSLATE_NOOP("quantscope::ExportAll", "Stop")), 0, 0, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setMinimumDuration(0);
    dialog->setWindowModality(Qt::NonModal);
    auto count = std::make_shared<int>(0);
    auto stopped = std::make_shared<bool>(false);
    QObject::connect(process, &QProcess::readyReadStandardOutput, dialog, [process, dialog, count] {
        while (process->canReadLine()) {
            ++*count;
            dialog->setLabelText(QString::fromUtf8(process->readLine()).trimmed());
        }
    });
    QObject::connect(dialog, &QProgressDialog::canceled, process, [process, stopped] {
        *stopped = true;
        process->kill(); // each file is written whole or not at all
    });
    QObject::connect(process, &QProcess::errorOccurred, dialog,
                     [process, dialog, parent](QProcess::ProcessError error) {
                         if (error != QProcess::FailedToStart)
                             return;
                         dialog->close();
                         showProblem(parent, process->errorString());
                         process->deleteLater();
                     });
    QObject::connect(
        process, &QProcess::finished, parent, [=](int code, QProcess::ExitStatus status) {
            dialog->disconnect(process);
            dialog->close();
            if (status == QProcess::NormalExit && code == 0)
                showResult(parent, folder, *count);
            else if (!*stopped)
                showProblem(parent, QString::fromUtf8(process->readAllStandardError()).trimmed());
            process->deleteLater();
        });
    process->start(QCoreApplication::applicationFilePath(),
                   {QStringLiteral("-platform"), QStringLiteral("offscreen"),
                    QStringLiteral("figures"), session, QStringLiteral("-o"), folder});
}

} // namespace quantscope
