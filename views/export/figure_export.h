#pragma once

#include <QByteArray>
#include <QString>

#include <functional>

namespace quantscope {

class PlotWidget;

inline constexpr double singleColumnMillimetres = 85;
inline constexpr double doubleColumnMillimetres = 170;

/// The size of a figure on paper.
struct FigureOptions {
    double widthMillimetres = singleColumnMillimetres;
    double heightMillimetres = 60;
    double fontPoints = 7;
    int dpi = 300; ///< of PNG files; 300 or 600 as journals ask
};

/// Writes a figure in the light theme, whatever the screen's. The name's ending chooses the kind:
/// .pdf and .svg (lines as lines and text as text), .png, or .csv for the values it shows. A file
/// of that name is replaced at once or not at all.
/// @throws Error (Usage) for another ending or a size that makes no figure, (Output) where the
///         file cannot be written.
void exportFigure(PlotWidget& plot, const QString& path, const FigureOptions& options = {});

/// The same in two parts: draws now, in the thread of the plot, and gives what makes and writes
/// the file in any other. @throws as exportFigure, in the part where it happens.
std::function<void()> prepareFigure(PlotWidget& plot, const QString& path,
                                    const FigureOptions& options = {});

/// Writes bytes to a file that appears whole or not at all. @throws Error (Output).
void writeFile(const QString& path, const QByteArray& bytes);

} // namespace quantscope
