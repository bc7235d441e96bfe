#pragma once

#include "core/analysis/bootstrap.h"

#include <span>
#include <string>
#include <vector>

namespace quantscope {

/// Correlation of x and y where z is held: (ρxy − ρxz ρyz) / √((1 − ρxz²)(1 − ρyz²)), which is the
/// correlation of what linear regressions on z leave of them. NaN where z tells one of them whole.
double partialCorrelation(double xy, double xz, double yz);

/// Partial correlation of each x with y given z, with percentile intervals by document.
std::vector<Interval> partialCorrelations(std::span<const std::vector<double>> x,
                                          const std::vector<double>& y,
                                          const std::vector<double>& z, const Resamples& resamples);

/// A quantity on a path from the cause to the outcome.
struct MediatorColumn {
    std::string name;
    std::vector<double> values; ///< by example
};

/// What part of a cause's effect on an outcome runs through each of several mediators. All
/// quantities are standardized, so that effects are in standard deviations; in every resample
/// anew.
struct Mediation {
    struct Path {
        std::string name;
        Interval fromCause; ///< a: slope of the mediator on the cause
        Interval toOutcome; ///< b: slope of the outcome on the mediator, cause and others held
        Interval indirect;  ///< a · b
    };
    std::vector<Path> paths;
    Interval total;  ///< c: slope of the outcome on the cause = direct + Σ indirect
    Interval direct; ///< c′: the same with all mediators held
    /// The product of the slopes along the chain cause → first mediator → … → outcome, each with
    /// everything before it held.
    Interval chain;
    std::size_t examples = 0;
};

/// Mediators that were not measured are left out. These are associations over examples, not
/// interventions: a mediator that shares a cause with the outcome shows an effect too.
Mediation mediate(const std::vector<double>& cause, const std::vector<MediatorColumn>& mediators,
                  const std::vector<double>& outcome, const Resamples& resamples);

} // namespace quantscope
