#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"

#include <functional>
#include <string>
#include <vector>

namespace quantscope {

/// A set of examples as figures show it, with the resamples of its own documents.
class NamedSet {
public:
    /// @param name  "d_large", "d_ctrl", "d_matched", "all"
    NamedSet(std::string name, std::vector<std::size_t> examples, const SessionView& view);

    const std::string& name() const { return m_name; }
    const std::vector<std::size_t>& examples() const { return m_examples; }

    /// Mean of an example-indexed quantity over the set; nothing measured gives NaN.
    Interval meanOf(const std::vector<double>& byExample) const;
    const Resamples& resamples() const { return m_resamples; }

private:
    std::string m_name;
    std::vector<std::size_t> m_examples;
    Resamples m_resamples;
};

/// D_large, D_ctrl and D_matched of a lane, the empty ones left out.
std::vector<NamedSet> contrastSets(const SessionView& view, const std::string& lane);

/// The same for what a follow-up walk measured: the lane's own sets when all their examples were
/// measured, else those of the pair that the study followed.
/// @param measured  by example, NaN where the walk did not go
std::vector<NamedSet> followedSets(const SessionView& view, const std::string& lane,
                                   const std::vector<double>& measured);

/// How people write a set's name: "D_large", "all examples".
std::string setTitle(const std::string& name);

/// Adds a point with its interval; a value that was not measured adds none.
void addPoint(Curve& curve, double x, const Interval& interval);

/// Drops a band that no interval is known of.
void finishCurve(Curve& curve);

} // namespace quantscope
