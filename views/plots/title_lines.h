#pragma once

#include <QFontMetricsF>
#include <QString>

namespace quantscope {

/// A title in as few lines as `length` pixels need, `most` of them at most; what fits into none
/// loses its middle, so that its beginning and its end can be read.
QString titleInLines(const QString& title, const QFontMetricsF& metrics, double length,
                     int most = 2);

} // namespace quantscope
