#pragma once

#include "app/gui/figures/figures_command.h"
#include "app/service/settings.h"

#include <QSize>
#include <QStringList>

#include <optional>

class QApplication;

namespace quantscope {

/// What the program was started with.
struct CommandLine {
    bool figures = false; ///< `quantscope figures FILE -o DIR [--set paper]`
    bool demo = false;
    QStringList paths;
    QString compare; ///< session to stand beside the one among the paths
    QString output; ///< folder for figures
    FigureSet figureSet = FigureSet::Pages;
    QString screenshotFolder;
    QSize windowSize; ///< empty: the one of last time
    std::optional<Settings::Theme> theme;
};

/// To be called before the application is made: what draws without a window needs no display, and
/// what needs one says so.
/// @return  0, or the exit code of a start that cannot succeed (its message is on stderr).
int preparePlatform(int argc, char** argv);

/// --language, read before the texts of --help are made.
std::optional<QString> requestedLanguage(const QStringList& arguments);

/// Ends the program after --help and --version, and after an error (exit code 2).
CommandLine parseCommandLine(const QApplication& application);

} // namespace quantscope
