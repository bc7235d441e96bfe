#include "app/gui/figures/figures_command.h"

#include "app/gui/figures/figure_values.h"
#include "app/service/failure.h"
#include "views/export/paper_set.h"

#include <cstdio>

namespace quantscope {

int drawFigures(const StudyBackend& backend, const PageFunctions& functions, const QString& session,
                const QString& folder, FigureSet set) {
    try {
        const auto data = backend.open(std::filesystem::path(session.toStdString()));
        FigureSetOptions options;
        options.progress = [](const QString& name, int) {
            std::puts(qPrintable(name));
            std::fflush(stdout); // whoever waits for the next name reads from a pipe
        };
        if (set == FigureSet::Pages) {
            writeFigureSet(gatherFigureValues(*data, functions), folder, options);
            return 0;
        }
        const OverviewValues overview = functions.overview(*data);
        const PaperSetHeading heading{
            QString::fromStdString(overview.modelName + ", " + overview.modelDetail),
            QString::fromStdString(overview.textDetail), overview.smallModel};
        writePaperSet(functions.paper(*data), data->names("lane"), heading, folder, options);
        return 0;
    } catch (...) {
        const Failure failure = describeFailure(std::current_exception());
        std::fputs(qPrintable(failure.message + QLatin1Char('\n')), stderr);
        return static_cast<int>(failure.kind);
    }
}

} // namespace quantscope
