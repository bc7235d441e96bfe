#pragma once

#include "app/service/page_values_service.h"
#include "app/service/study_backend.h"

#include <QString>

namespace quantscope {

/// Which figures of a session are drawn.
enum class FigureSet {
    Pages, ///< those of every page
    Paper, ///< those of the published study, with an index
};

/// `quantscope figures FILE -o DIR [--set paper]`: draws figures of a session and names them on
/// standard output, one a line. Needs a QApplication, no display.
/// @return  the exit code; errors are sentences on stderr
int drawFigures(const StudyBackend& backend, const PageFunctions& functions, const QString& session,
                const QString& folder, FigureSet set);

} // namespace quantscope
