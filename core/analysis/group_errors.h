#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"

#include <string>
#include <vector>

namespace quantscope {

/// What kind of text a method breaks: the examples that share a label, or a range of the
/// reference's NLL.
struct GroupError {
    std::string column; ///< label column, or "reference NLL"
    std::string group;  ///< its value; "≤ 1" (head), "1 to 4", "≥ 4" (tail)
    std::size_t examples = 0;
    double shareOfData = notMeasured;
    Interval error;        ///< mean e of the group, nat
    Interval shareOfLarge; ///< share of D_large that is of the group; shareOfData by chance
};

/// Labels with more values than this show the most frequent ones; the others are one group.
inline constexpr std::size_t mostGroups = 20;

/// Groups of every label column, the largest first, then those by reference NLL. D_large stays as
/// it is in every resample.
std::vector<GroupError> groupErrors(const SessionView& view, const std::string& lane,
                                    const Resamples& resamples);

/// How the sets of a lane differ in one quantity: D_large − D_ctrl and D_large − D_matched, which
/// is alike in reference NLL and label.
struct Contrast {
    std::string quantity; ///< "norm", "error", …
    std::string site;     ///< empty for what is of no site
    std::size_t layer = 0;
    Interval fromControl;
    Interval fromMatched;
};

/// Contrasts of the reference's NLL, of e, and by layer of the norms and kurtoses of r and h and
/// of the lane's relative drift of r and error of the MLP's output.
std::vector<Contrast> setContrasts(const SessionView& view, const std::string& lane,
                                   const Resamples& resamples);

} // namespace quantscope
