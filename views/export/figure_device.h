#pragma once

#include "views/export/figure_export.h"

#include <QByteArray>
#include <QSize>
#include <QString>

#include <functional>

class QCPPainter;

namespace quantscope {

/// What a figure is painted on.
struct FigureCanvas {
    QCPPainter& painter;
    QSize size; ///< in dots
    double dotsPerInch = 0;
    bool vector = false;
};

struct FigureTexts {
    QString title;
    QString description;
};

/// Paints a page of the options' size with `paint` and gives the bytes of the file that the
/// path's ending asks for: .pdf, .svg or .png.
/// @throws Error (Usage) for another ending or a size that makes no figure, (Output) where there
///         is not enough memory.
QByteArray drawFigure(const QString& path, const FigureOptions& options, const FigureTexts& texts,
                      const std::function<void(const FigureCanvas&)>& paint);

} // namespace quantscope
