#pragma once

#include "app/service/page_values_service.h"
#include "app/service/study_backend.h"

#include <QString>

namespace quantscope {

/// `quantscope figures FILE -o DIR`: draws all figures of a session and names them on standard
/// output, one a line. Needs a QApplication, no display.
/// @return  the exit code; errors are sentences on stderr
int drawFigures(const StudyBackend& backend, const PageFunctions& functions, const QString& session,
                const QString& folder);

} // namespace quantscope
