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

/// Makes the bytes of a file, in any thread. @throws Error (Output) where it cannot.
using FigureBytes = std::function<QByteArray()>;

/// Paints a page of the options' size with `paint`, now, and gives what makes the file that the
/// path's ending asks for: .pdf, .svg or .png.
/// @throws Error (Usage) for another ending or a size that makes no figure, (Output) where there
///         is not enough memory.
FigureBytes drawFigure(const QString& path, const FigureOptions& options, const FigureTexts& texts,
                       const std::function<void(const FigureCanvas&)>& paint);

} // namespace quantscope
