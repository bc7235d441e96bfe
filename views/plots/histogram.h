#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace quantscope {

/// Bins of one width from low to high.
struct Bins {
    double low = 0;
    double high = 1;
    std::size_t count = 1;

    double width() const { return (high - low) / static_cast<double>(count); }
};

/// Bins over the finite values: their width follows Freedman and Diaconis (1981), their number
/// stays within 8 … 80.
Bins binsFor(std::span<const double> values);

/// How many values lie in each bin; what is not finite or outside is not counted. The last bin
/// includes its upper end.
std::vector<double> countInBins(std::span<const double> values, const Bins& bins);

} // namespace quantscope
