#include "app/gui/about_dialog.h"

#include <QCoreApplication>
#include <QIcon>
#include <QMessageBox>

namespace quantscope {

void showAboutDialog(QWidget* parent) {
    const auto translated = [](const char* text) {
        return QCoreApplication::translate("quantscope::AboutDialog", text);
    };
    auto* box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(
        translated(QT_TRANSLATE_NOOP("quantscope::AboutDialog", "About QuantScope")));
    box->setIconPixmap(QIcon(QStringLiteral(":/icons/quantscope.svg")).pixmap(64, 64));
    box->setText(
        QStringLiteral("<h3>QuantScope %1</h3>").arg(QString::fromLatin1(QUANTSCOPE_VERSION)));
    box->setInformativeText(
        translated(
            QT_TRANSLATE_NOOP(
                "quantscope::AboutDialog",
                "<p>Shows which inputs low-bit quantization of a language model breaks, and where "
                "in the model that happens.</p>"
                "<p>Free software under the GNU General Public License, version 3 or later; it "
                "comes without any warranty.</p>"
                "<p>Built on Qt %1, QCustomPlot, libtorch and HDF5.</p>"))
            .arg(QString::fromLatin1(qVersion())));
    box->open();
}

} // namespace quantscope
