#pragma once

#include <QString>

class QWidget;

namespace quantscope {

/// Draws all figures of a session on disk into a folder that a person chooses. A second process of
/// this program does it, so that the window stays live; a dialog follows it and can stop it.
void exportAllFigures(QWidget* parent, const QString& session);

} // namespace quantscope
