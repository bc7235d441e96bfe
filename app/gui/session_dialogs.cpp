#include "app/gui/session_dialogs.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>

namespace quantscope {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("quantscope::SessionDialogs", text);
}

} // namespace

QString chooseSession(QWidget* parent, const QString& title, const QString& near) {
    return QFileDialog::getOpenFileName(
        parent, title, QFileInfo(near).path(),
        translated(QT_TRANSLATE_NOOP("quantscope::SessionDialogs", "Sessions %1;;All files (*)"))
            .arg(QStringLiteral("(*.qscope.h5 *.h5)")));
}

QString chooseStudyFolder(QWidget* parent, const QString& near) {
    return QFileDialog::getExistingDirectory(
        parent,
        translated(QT_TRANSLATE_NOOP("quantscope::SessionDialogs", "Open a study's folder")),
        QFileInfo(near).path());
}

QString chooseSessionName(QWidget* parent, const QString& current) {
    const QString path = QFileDialog::getSaveFileName(
        parent, translated(QT_TRANSLATE_NOOP("quantscope::SessionDialogs", "Save the session as")),
        current,
        translated(QT_TRANSLATE_NOOP("quantscope::SessionDialogs", "Sessions %1"))
            .arg(QStringLiteral("(*.qscope.h5)")));
    return path.isEmpty() || path.endsWith(QStringLiteral(".h5"))
               ? path
               : path + QStringLiteral(".qscope.h5");
}

} // namespace quantscope
