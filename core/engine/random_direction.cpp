#include "core/engine/random_direction.h"

#include "core/data/hash.h"

#include <cmath>
#include <numbers>

namespace quantscope {

namespace {

std::uint64_t seedOf(const DirectionPlace& place) {
    std::uint64_t seed = mixBits(place.seed);
    for (const std::int64_t part :
         {place.example, place.position, place.layer, static_cast<std::int64_t>(place.site)})
        seed = mixBits(seed ^ static_cast<std::uint64_t>(part));
    return seed;
}

/// In (0, 1), so that its logarithm is finite.
double openUnit(std::uint64_t bits) { return (double(bits >> 11) + 0.5) * 0x1p-53; }

} // namespace

void drawDirection(const DirectionPlace& place, std::span<float> direction) {
    // Independent normal coordinates (Box and Muller's) have no preferred direction.
    SplitMix random(seedOf(place));
    double squares = 0;
    for (std::size_t i = 0; i < direction.size(); i += 2) {
        const double radius = std::sqrt(-2 * std::log(openUnit(random.next())));
        const double angle = 2 * std::numbers::pi * openUnit(random.next());
        direction[i] = float(radius * std::cos(angle));
        squares += double(direction[i]) * double(direction[i]);
        if (i + 1 < direction.size()) {
            direction[i + 1] = float(radius * std::sin(angle));
            squares += double(direction[i + 1]) * double(direction[i + 1]);
        }
    }
    const auto inverse = float(1 / std::sqrt(squares));
    for (float& value : direction)
        value *= inverse;
}

} // namespace quantscope
