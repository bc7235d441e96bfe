#pragma once

#include <QRgb>
#include <QString>

#include <array>
#include <vector>

namespace quantscope {

/// Perceptually uniform and colour-blind-safe maps. The sequential ones go from dark to light with
/// even steps of lightness; the diverging one is light in the middle and darkens to both ends.
enum class ColourMap { Viridis, Cividis, Magma, Diverging };

inline constexpr std::array allColourMaps = {ColourMap::Viridis, ColourMap::Cividis,
                                             ColourMap::Magma, ColourMap::Diverging};

/// The name a person picks it by.
QString colourMapName(ColourMap map);

/// The colour at `position`, 0 … 1; outside it the end's.
QRgb colourAt(ColourMap map, double position);

/// 256 colours from 0 to 1.
const std::array<QRgb, 256>& colourTable(ColourMap map);

/// Lightness in Oklab (Ottosson, "A perceptual color space for image processing", 2020), 0 … 1.
double lightness(QRgb colour);

/// Black or white, whichever reads better on `background`.
QRgb readableOn(QRgb background);

} // namespace quantscope
