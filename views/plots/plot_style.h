#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

namespace quantscope {

/// The Okabe–Ito colours (Okabe and Ito, "Color Universal Design", 2008).
namespace okabe_ito {
inline constexpr QRgb orange = 0xFFE69F00;
inline constexpr QRgb skyBlue = 0xFF56B4E9;
inline constexpr QRgb bluishGreen = 0xFF009E73;
inline constexpr QRgb yellow = 0xFFF0E442;
inline constexpr QRgb blue = 0xFF0072B2;
inline constexpr QRgb vermillion = 0xFFD55E00;
inline constexpr QRgb reddishPurple = 0xFFCC79A7;
} // namespace okabe_ito

/// Everything a plot's look depends on besides its values. Lengths are in the pixels that the plot
/// is laid out in: those of the screen, or finer ones for an export, so fonts have pixel sizes.
struct PlotStyle {
    bool dark = false;
    QColor background;
    QColor text;
    QColor mutedText; ///< secondary labels
    QColor axis;
    QColor grid;
    QColor accent;  ///< selection and crosshair
    QColor neutral; ///< the reference lane
    QColor large;   ///< D_large
    QColor control; ///< D_ctrl
    QColor missing; ///< the hatch of cells that were not measured
    QFont font;     ///< tick labels
    QFont titleFont;
    double unit = 1; ///< pixels to a 1/96 inch

    /// A length given at 96 dots an inch.
    double length(double pixels) const { return pixels * unit; }

    /// Follows a widget's palette (dark when its window colour is) and font.
    static PlotStyle fromPalette(const QPalette& palette, const QFont& font);
    /// The light theme, whatever the screen's, laid out at `dotsPerInch` with text of `points`.
    static PlotStyle forExport(double points, double dotsPerInch);
};

/// True where the palette is a dark one.
bool isDark(const QPalette& palette);

/// The font with digits of one width: itself where it has them, else a sans serif that does.
QFont withTabularDigits(const QFont& font);

/// Three significant digits, as a person writes them: "0.0123", "12.3", "12300", "1.2e−7", with a
/// true minus sign; "–" for what was not measured.
QString formatNumber(double value, int significantDigits = 3);

/// "1.23 [1.20, 1.27]"; the value alone where there is no interval.
QString formatInterval(double value, double low, double high);

} // namespace quantscope
