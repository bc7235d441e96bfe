#include "views/plots/colour_maps.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <span>

namespace quantscope {

namespace {

struct Oklab {
    double lightness = 0;
    double greenRed = 0;
    double blueYellow = 0;
};

double toLinear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double fromLinear(double channel) {
    return channel <= 0.0031308 ? 12.92 * channel : 1.055 * std::pow(channel, 1 / 2.4) - 0.055;
}

Oklab toOklab(QRgb colour) {
    const double red = toLinear(qRed(colour) / 255.0);
    const double green = toLinear(qGreen(colour) / 255.0);
    const double blue = toLinear(qBlue(colour) / 255.0);
    const double l = std::cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    const double m = std::cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    const double s = std::cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

int toByte(double linear) {
    return std::clamp(static_cast<int>(std::lround(255 * fromLinear(std::max(0.0, linear)))), 0,
                      255);
}

QRgb fromOklab(const Oklab& colour) {
    const double l = std::pow(
        colour.lightness + 0.3963377774 * colour.greenRed + 0.2158037573 * colour.blueYellow, 3);
    const double m = std::pow(
        colour.lightness - 0.1055613458 * colour.greenRed - 0.0638541728 * colour.blueYellow, 3);
    const double s = std::pow(
        colour.lightness - 0.0894841775 * colour.greenRed - 1.2914855480 * colour.blueYellow, 3);
    return qRgb(toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
                toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
                toByte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
}

/// Evenly spaced points of the published maps: viridis and magma by van der Walt and Smith
/// (matplotlib, CC0), cividis by Nuñez, Anderton and Renslow (2018); the diverging one follows
/// ColorBrewer's red–blue.
constexpr std::array<QRgb, 10> viridisPoints = {0xFF440154, 0xFF482878, 0xFF3E4989, 0xFF31688E,
                                                0xFF26828E, 0xFF1F9E89, 0xFF35B779, 0xFF6ECE58,
                                                0xFFB5DE2B, 0xFFFDE725};
constexpr std::array<QRgb, 10> cividisPoints = {0xFF00204D, 0xFF00306F, 0xFF39486B, 0xFF575C6D,
                                                0xFF707173, 0xFF8A8779, 0xFFA69D75, 0xFFC4B56C,
                                                0xFFE4CF5B, 0xFFFFEA46};
constexpr std::array<QRgb, 10> magmaPoints = {0xFF000004, 0xFF180F3D, 0xFF440F76, 0xFF721F81,
                                              0xFF9E2F7F, 0xFFCD4071, 0xFFF1605D, 0xFFFD9668,
                                              0xFFFECA8D, 0xFFFCFDBF};
constexpr std::array<QRgb, 9> divergingPoints = {0xFF2166AC, 0xFF4393C3, 0xFF92C5DE,
                                                 0xFFD1E5F0, 0xFFF7F7F7, 0xFFFDDBC7,
                                                 0xFFF4A582, 0xFFD6604D, 0xFFB2182B};

std::span<const QRgb> points(ColourMap map) {
    switch (map) {
    case ColourMap::Viridis:
        return viridisPoints;
    case ColourMap::Cividis:
        return cividisPoints;
    case ColourMap::Magma:
        return magmaPoints;
    case ColourMap::Diverging:
        return divergingPoints;
    }
    return viridisPoints;
}

QRgb interpolated(ColourMap map, double position) {
    const std::span<const QRgb> known = points(map);
    const double place = std::clamp(position, 0.0, 1.0) * static_cast<double>(known.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(place), known.size() - 2);
    const double share = place - static_cast<double>(index);
    const Oklab from = toOklab(known[index]);
    const Oklab to = toOklab(known[index + 1]);
    return fromOklab({std::lerp(from.lightness, to.lightness, share),
                      std::lerp(from.greenRed, to.greenRed, share),
                      std::lerp(from.blueYellow, to.blueYellow, share)});
}

std::array<QRgb, 256> makeTable(ColourMap map) {
    std::array<QRgb, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = interpolated(map, static_cast<double>(i) / 255.0);
    return table;
}

} // namespace

QString colourMapName(ColourMap map) {
    switch (map) {
    case ColourMap::Viridis:
        return QStringLiteral("Viridis");
    case ColourMap::Cividis:
        return QStringLiteral("Cividis");
    case ColourMap::Magma:
        return QStringLiteral("Magma");
    case ColourMap::Diverging:
        return QCoreApplication::translate("quantscope::ColourMap", "Blue–red, centred");
    }
    return {};
}

const std::array<QRgb, 256>& colourTable(ColourMap map) {
    static const std::array<std::array<QRgb, 256>, 4> tables = {
        makeTable(ColourMap::Viridis), makeTable(ColourMap::Cividis), makeTable(ColourMap::Magma),
        makeTable(ColourMap::Diverging)};
    return tables[static_cast<std::size_t>(map)];
}

QRgb colourAt(ColourMap map, double position) {
    const double index = std::clamp(position, 0.0, 1.0) * 255.0;
    return colourTable(map)[static_cast<std::size_t>(std::lround(index))];
}

double lightness(QRgb colour) { return toOklab(colour).lightness; }

QRgb readableOn(QRgb background) {
    return lightness(background) > 0.62 ? qRgb(0x10, 0x10, 0x10) : qRgb(0xFF, 0xFF, 0xFF);
}

} // namespace quantscope
