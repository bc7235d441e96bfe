#include "views/plots/plot_style.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetricsF>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace quantscope {

namespace {

bool hasTabularDigits(const QFont& font) {
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - width) > 0.01 * width)
            return false;
    }
    return true;
}

QColor mixed(const QColor& from, const QColor& to, double share) {
    return QColor::fromRgbF(
        static_cast<float>(from.redF() + share * (to.redF() - from.redF())),
        static_cast<float>(from.greenF() + share * (to.greenF() - from.greenF())),
        static_cast<float>(from.blueF() + share * (to.blueF() - from.blueF())));
}

void setColours(PlotStyle& style, const QColor& background, const QColor& text,
                const QColor& accent) {
    style.background = background;
    style.text = text;
    style.mutedText = mixed(text, background, 0.35);
    style.axis = mixed(text, background, 0.45);
    style.grid = mixed(text, background, 0.88);
    style.accent = accent;
    style.neutral = mixed(text, background, 0.25);
    style.missing = mixed(text, background, 0.7);
    style.large = QColor(okabe_ito::orange);
    // The blue of the palette is too dark to read on a dark ground; the hue stays.
    style.control = style.dark ? QColor(0x3D, 0xA5, 0xE0) : QColor(okabe_ito::blue);
}

} // namespace

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Window).lightness() <
           palette.color(QPalette::WindowText).lightness();
}

QFont withTabularDigits(const QFont& font) {
    if (hasTabularDigits(font))
        return font;
    const QStringList known = QFontDatabase::families();
    for (const char* family :
         {"Noto Sans", "DejaVu Sans", "Liberation Sans", "Arial", "Helvetica"}) {
        if (!known.contains(QLatin1String(family)))
            continue;
        QFont other(font);
        other.setFamily(QLatin1String(family));
        if (hasTabularDigits(other))
            return other;
    }
    return font;
}

PlotStyle PlotStyle::fromPalette(const QPalette& palette, const QFont& font) {
    PlotStyle style;
    style.dark = isDark(palette);
    setColours(style, palette.color(QPalette::Base), palette.color(QPalette::Text),
               palette.color(QPalette::Highlight));
    const int pixels = QFontInfo(font).pixelSize();
    style.font = withTabularDigits(font);
    style.font.setPixelSize(std::max(8, static_cast<int>(std::lround(pixels * 0.88))));
    style.titleFont = style.font;
    style.titleFont.setPixelSize(std::max(8, static_cast<int>(std::lround(pixels * 0.92))));
    // Lines grow with the text, so that a large system font does not leave hairlines.
    style.unit = std::max(0.75, pixels / 12.0);
    return style;
}

PlotStyle PlotStyle::forExport(double points, double dotsPerInch) {
    PlotStyle style;
    setColours(style, Qt::white, QColor(0x1A, 0x1A, 0x1A), QColor(0x1A, 0x1A, 0x1A));
    style.unit = dotsPerInch / 96.0;
    QFont font(QStringLiteral("Sans Serif"));
    font.setStyleHint(QFont::SansSerif);
    font.setHintingPreference(QFont::PreferNoHinting);
    // Files name the font they want: one that exists, not the alias.
    font.setFamily(QFontInfo(font).family());
    style.font = withTabularDigits(font);
    style.font.setPixelSize(
        std::max(1, static_cast<int>(std::lround(points * dotsPerInch / 72.0))));
    style.titleFont = style.font;
    return style;
}

QString formatNumber(double value, int significantDigits) {
    if (std::isnan(value))
        return QStringLiteral("–");
    if (std::isinf(value))
        return value > 0 ? QStringLiteral("∞") : QStringLiteral("−∞");
    if (value == 0)
        return QStringLiteral("0");
    QString text;
    const double exponent = std::floor(std::log10(std::abs(value)));
    if (exponent < -4 || exponent >= 6) {
        text = QLocale::c().toString(value, 'e', significantDigits - 1);
        const qsizetype split = text.indexOf(QLatin1Char('e'));
        text = text.left(split + 1) + QString::number(text.mid(split + 1).toInt());
    } else {
        const int decimals = std::max(0, significantDigits - 1 - static_cast<int>(exponent));
        text = QLocale::c().toString(value, 'f', decimals);
        text.remove(QLatin1Char(',')); // The C locale groups thousands.
    }
    return text.replace(QLatin1Char('-'), QStringLiteral("−"));
}

QString formatInterval(double value, double low, double high) {
    if (std::isnan(low) || std::isnan(high))
        return formatNumber(value);
    return QStringLiteral("%1 [%2, %3]")
        .arg(formatNumber(value), formatNumber(low), formatNumber(high));
}

} // namespace quantscope
