#pragma once

#include "core/analysis/bootstrap.h"

#include <cstdint>
#include <span>
#include <vector>

namespace quantscope {

struct PermutationOptions {
    std::size_t count = 1000; ///< fewer where the data are large; CorrelationGrid says how many
    std::uint64_t seed = 0;
};

/// Pearson's correlation of every x with every y over examples.
struct CorrelationGrid {
    std::size_t rows = 0;         ///< columns of x
    std::size_t columns = 0;      ///< columns of y
    std::vector<Interval> values; ///< [x, y], percentile intervals by document
    std::size_t examples = 0;     ///< that have every value
    std::size_t resamples = 0;    ///< that the intervals are made of
    std::size_t permutations = 0; ///< that the band is made of
    /// Half width of the simultaneous band: what the largest |ρ| of the whole grid stays below in
    /// 95 % of the permutations of documents. NaN without permutations.
    double band = notMeasured;

    const Interval& at(std::size_t x, std::size_t y) const { return values[x * columns + y]; }
};

/// Examples that lack one of the values are left out of all pairs; a column without any value
/// gives NaN and does not count. For the band the documents are shuffled and laid end to end in
/// their new order, and the errors y of the examples taken in that order: neighbours stay
/// neighbours, which keeps the dependence of a document's windows.
/// @param x, y       columns of values by example
/// @param resamples  of those examples
CorrelationGrid correlationGrid(std::span<const std::vector<double>> x,
                                std::span<const std::vector<double>> y, const Resamples& resamples,
                                const PermutationOptions& permutations = {});

/// Each x with the y of the same place alone: one column, its band the largest |ρ| of these pairs.
/// @pre x.size() == y.size()
CorrelationGrid pairedCorrelations(std::span<const std::vector<double>> x,
                                   std::span<const std::vector<double>> y,
                                   const Resamples& resamples,
                                   const PermutationOptions& permutations = {});

/// What was found where one looked: the x with the largest |ρ| on one half of the documents, and
/// its correlation on the other half, which picking did not touch.
struct PickedCorrelation {
    std::size_t x = 0;
    double picked = notMeasured; ///< ρ on the half that it was picked on
    Interval reported;           ///< ρ on the other half
};

/// Both ways: picked on the first half and reported on the second, then the other way round.
/// Empty where a half has fewer than three examples or no x has a value.
/// @param documents  of each example; halves are drawn by document with the seed
std::vector<PickedCorrelation> pickedOnHalves(std::span<const std::vector<double>> x,
                                              std::span<const double> y,
                                              std::span<const std::int32_t> documents,
                                              std::size_t resamples, std::uint64_t seed);

} // namespace quantscope
