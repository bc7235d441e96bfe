#pragma once

class QString;
class QWidget;

namespace quantscope {

/// Shows rich text beside the window; a second call fills the same help window anew.
void showHelp(QWidget* parent, const QString& title, const QString& richText);

} // namespace quantscope
