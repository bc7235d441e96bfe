#include "app/gui/command_line.h"
#include "app/gui/figures/figures_command.h"
#include "app/gui/first_study/first_study.h"
#include "app/gui/main_window.h"
#include "app/gui/screenshots.h"
#include "app/gui/session_restore.h"
#include "app/gui/theme.h"
#include "app/gui/translation.h"
#include "app/service/log.h"
#include "app/service/settings.h"
#include "app/service/thread_niceness.h"
#include "core/study/process_environment.h"

#include <QApplication>
#include <QIcon>
#include <QTimer>

using namespace quantscope;

int main(int argc, char** argv) {
    prepareProcess();
    makeOtherThreadsNice(studyNiceness);
    if (const int code = preparePlatform(argc, argv); code != 0)
        return code;
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("QuantScope"));
    QApplication::setOrganizationName(QStringLiteral("QuantScope"));
    QApplication::setApplicationVersion(QString::fromLatin1(QUANTSCOPE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("quantscope"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/quantscope.svg")));

    Settings settings;
    installTranslation(application,
                       requestedLanguage(application.arguments()).value_or(settings.language()));
    const CommandLine command = parseCommandLine(application);
    const Theme theme(application, settings, command.theme);
    if (command.figures)
        return drawFigures(coreBackend(), corePageFunctions(), command.paths.first(),
                           command.output, command.figureSet);

    Log log(Log::defaultFolder());
    MainWindow window(coreBackend(), corePageFunctions(), settings, &log);
    if (!command.windowSize.isEmpty())
        window.resize(command.windowSize);
    window.show();
    // Pictures are of what was asked for alone.
    auto* restore = command.screenshotFolder.isEmpty()
                        ? new SessionRestore(window, Recovery::defaultFolder())
                        : nullptr;
    window.openPaths(command.paths);
    if (!command.compare.isEmpty())
        window.compareWith(command.compare);
    if (restore && command.paths.isEmpty() && !command.demo) {
        restore->offer();
        if (settings.windowGeometry().isEmpty()) // the first start
            showFirstStudy(window);
    }
    if (command.demo)
        QTimer::singleShot(0, &window, &MainWindow::runDemo);
    if (!command.screenshotFolder.isEmpty())
        takeScreenshots(window, command.screenshotFolder);
    return QApplication::exec();
}
