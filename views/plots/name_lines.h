#pragma once

#include <QFontMetricsF>
#include <QString>

namespace quantscope {

/// A name in at most so many lines, each within the width in pixels: broken between words, and what
/// does not fit loses its middle.
QString inLines(const QString& name, const QFontMetricsF& metrics, double width, int lines);

} // namespace quantscope
