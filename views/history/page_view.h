#pragma once

#include <QString>
#include <QVariantMap>

class QWidget;

namespace quantscope {

/// How a page looks at its values: what its controls say and what its plots show, by the names of
/// controls and plots. Values themselves are no part of it.
using PageView = QVariantMap;

PageView pageView(const QWidget& page);

/// Puts controls and plots as a view says; those that the page no longer has are left out.
void restorePageView(QWidget& page, const PageView& view);

/// A control or plot as a person calls it, for "Undo NAME"; empty without a name.
QString viewPartTitle(const QWidget& page, const QString& part);

} // namespace quantscope
