#pragma once

namespace quantscope {

class GuideDialog;
class MainWindow;

/// Shows the first study in five steps, on the demo model: what is studied, with which methods,
/// the run, which inputs break, and where in the model. The dialog belongs to the window.
GuideDialog* showFirstStudy(MainWindow& window);

} // namespace quantscope
