#pragma once

#include "core/data/pages/early_exit.h"
#include "core/data/pages/errors.h"
#include "core/data/pages/overview.h"
#include "core/data/pages/patching.h"
#include "core/data/pages/report.h"
#include "core/data/pages/residuals.h"
#include "core/data/pages/weights.h"
#include "views/export/figure_export.h"

#include <QStringList>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace quantscope {

/// A scatter plot of two quantities (indices into ErrorsValues::quantities).
struct ScatterFigure {
    int x = 0;
    int y = 0;
    ScatterStatistics statistics;
};

/// Everything a study's figures are drawn from; what is null or empty is left out.
struct FigureSetValues {
    std::vector<std::string> lanes; ///< of the study in order, which fixes their colours
    std::shared_ptr<const OverviewValues> overview;
    std::shared_ptr<const ErrorsValues> errors;
    std::vector<ScatterFigure> scatters;
    std::vector<std::shared_ptr<const ResidualsValues>> residuals;
    std::vector<std::shared_ptr<const EarlyExitValues>> earlyExit; ///< one a lane
    std::vector<std::shared_ptr<const PatchingValues>> patching;   ///< one a lane
    std::vector<std::shared_ptr<const WeightsValues>> weights;     ///< one a method
    std::vector<std::shared_ptr<const ReportValues>> reports;
};

struct FigureSetOptions {
    double fontPoints = 7;
    int dpi = 300;
    QStringList endings = {QStringLiteral("pdf"), QStringLiteral("svg"), QStringLiteral("png"),
                           QStringLiteral("csv")};
    /// Called before each figure; may throw to stop.
    std::function<void(const QString& name, int done)> progress;
};

/// Draws every figure of a study into a folder, which is made where it is missing, with a file
/// captions.txt that says what each shows. Needs a QApplication, not a display.
/// @returns the names of the figures without ending.
/// @throws Error (Output) where the folder or a file cannot be written.
QStringList writeFigureSet(const FigureSetValues& values, const QString& folder,
                           const FigureSetOptions& options = {});

/// @throws Error (Output) where the folder cannot be made.
void makeFigureFolder(const QString& folder);

/// A name as part of a file name: letters, digits, dot and dash; the rest becomes a dash.
QString fileNamePart(const std::string& name);

} // namespace quantscope
