#include "app/gui/help_window.h"

#include <QCoreApplication>
#include <QDialog>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace quantscope {

void showHelp(QWidget* parent, const QString& title, const QString& richText) {
    const QString name = QStringLiteral("help");
    auto* window = parent->findChild<QDialog*>(name, Qt::FindDirectChildrenOnly);
    if (!window) {
        window = new QDialog(parent);
        window->setObjectName(name);
        auto* browser = new QTextBrowser(window);
        browser->setOpenExternalLinks(true);
        auto* layout = new QVBoxLayout(window);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(browser);
        window->resize(460, 420);
    }
    window->setWindowTitle(
        QCoreApplication::translate("quantscope::HelpWindow", "Help: %1").arg(title));
    window->findChild<QTextBrowser*>()->setHtml(richText);
    window->show();
    window->raise();
}

} // namespace quantscope
