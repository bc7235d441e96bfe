#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace quantscope {

// Pairs with a NaN in them are left out throughout; too few values give NaN, never an error.

double mean(std::span<const double> values);

/// Of the values that are not NaN, by linear interpolation between order statistics (as numpy's
/// default). @param share  0 … 1
double quantile(std::span<const double> values, double share);

/// Pearson's product-moment correlation.
double pearson(std::span<const double> x, std::span<const double> y);

/// Ranks from 1; equal values share the average of their ranks. NaN stays NaN.
std::vector<double> averageRanks(std::span<const double> values);

/// Pearson's correlation of average ranks.
double spearman(std::span<const double> x, std::span<const double> y);

/// Least squares y = intercept + slope · x.
struct Line {
    double slope;
    double intercept;
    std::size_t count; ///< pairs it is fitted to
};
Line fitLine(std::span<const double> x, std::span<const double> y);

/// |A ∩ B| / |A ∪ B|; NaN when both are empty.
double jaccard(std::span<const std::size_t> a, std::span<const std::size_t> b);

/// What two random sets of n out of N give on average, with the mean overlap n²/N put in; about
/// .053 for a tenth.
double jaccardByChance(std::size_t n, std::size_t total);

/// Kernel density estimate: Gaussian, bandwidth by Silverman's rule
/// .9 · min(s, IQR / 1.34) · n^(−1/5), on an even grid that reaches three bandwidths beyond the
/// values. Empty for fewer than two different values.
struct Density {
    std::vector<double> x;
    std::vector<double> y; ///< integrates to 1
    double bandwidth = 0;
};
Density kernelDensity(std::span<const double> values, std::size_t points = 256);

} // namespace quantscope
