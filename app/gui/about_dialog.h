#pragma once

class QWidget;

namespace quantscope {

/// Version, purpose, licence and what the program is built on.
void showAboutDialog(QWidget* parent);

} // namespace quantscope
