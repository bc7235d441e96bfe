#pragma once

#include <QString>
#include <QStringList>

class QCoreApplication;

namespace quantscope {

/// Languages that the interface is shipped in, as locale names; English is the source.
QStringList shippedLanguages();

/// Loads the interface's texts and Qt's own in `language`; empty: as the system's locale asks.
/// Call before any widget is made.
void installTranslation(QCoreApplication& application, const QString& language);

} // namespace quantscope
