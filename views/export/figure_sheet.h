#pragma once

#include "views/export/figure_export.h"

#include <QSize>
#include <QString>

#include <vector>

namespace quantscope {

/// How several figures stand on one page.
struct SheetOptions {
    double widthMillimetres = doubleColumnMillimetres;
    double rowMillimetres = 55; ///< height of each row
    double gapMillimetres = 4;
    int columns = 2;
    double fontPoints = 7;
    int dpi = 300;       ///< of PNG files
    bool letters = true; ///< a, b, c … before the figures
};

/// The height of the whole page in millimetres.
double sheetHeight(const SheetOptions& options, std::size_t figures);

/// Writes figures into one file, row by row, in the light theme. The name's ending chooses the
/// kind: .pdf and .svg (lines as lines and text as text) or .png. With `captionFile` what each
/// letter shows is written beside it, as NAME.txt.
/// @throws Error (Usage) without figures, for another ending or a size that makes no page, (Output)
///         where the file cannot be written.
void exportFigureSheet(const std::vector<PlotWidget*>& plots, const QString& path,
                       const SheetOptions& options = {}, bool captionFile = false);

/// The same in two parts: draws now, in the thread of the plots, and gives what makes and writes
/// the files in any other. @throws as exportFigureSheet, in the part where it happens.
std::function<void()> prepareFigureSheet(const std::vector<PlotWidget*>& plots,
                                         const QString& path, const SheetOptions& options = {},
                                         bool captionFile = false);

/// "a" to "z", then "aa", "ab", …
QString figureLetter(std::size_t index);

} // namespace quantscope
