#pragma once

#include <QString>

namespace quantscope {

class MainWindow;

/// Waits until a session is shown in the window, pictures every page as a PNG in `folder`, and
/// quits the application. Exit code 4 where a picture cannot be written.
void takeScreenshots(MainWindow& window, const QString& folder);

} // namespace quantscope
