#include "views/plots/histogram.h"

#include <algorithm>
#include <cmath>

namespace quantscope {

Bins binsFor(std::span<const double> values) {
    std::vector<double> finite;
    for (const double value : values) {
        if (std::isfinite(value))
            finite.push_back(value);
    }
    if (finite.empty())
        return {};
    std::sort(finite.begin(), finite.end());
    const double low = finite.front();
    const double high = finite.back();
    if (low == high)
        return {low - 0.5, high + 0.5, 8};
    const std::size_t quarter = finite.size() / 4;
    const double spread = finite[finite.size() - 1 - quarter] - finite[quarter];
    const double width = 2 * spread / std::cbrt(static_cast<double>(finite.size()));
    const double count = width > 0 ? std::ceil((high - low) / width) : 80;
    return {low, high, static_cast<std::size_t>(std::clamp(count, 8.0, 80.0))};
}

std::vector<double> countInBins(std::span<const double> values, const Bins& bins) {
    std::vector<double> counts(bins.count, 0.0);
    for (const double value : values) {
        if (!(value >= bins.low && value <= bins.high))
            continue;
        const auto bin = static_cast<std::size_t>((value - bins.low) / bins.width());
        counts[std::min(bin, bins.count - 1)] += 1;
    }
    return counts;
}

} // namespace quantscope
