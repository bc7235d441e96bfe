#pragma once

#include "core/analysis/bootstrap.h"
#include "core/analysis/session_view.h"

#include <string>
#include <vector>

namespace quantscope {

/// D_large is chosen by the very errors that are then shown: part of its excess is luck. Here the
/// set is chosen by one measurement and scored by another.
struct HonestSelection {
    std::string lane;
    std::string chosenBy;         ///< "other methods' mean rank" or "odd tokens, scored on even"
    std::vector<std::size_t> set; ///< examples chosen, largest first
    Interval chosen;              ///< mean error over the set by what it was chosen by
    Interval scored;              ///< mean error over it by what it is scored by
    Interval all;                 ///< mean over all examples of what it is scored by
    /// (scored − mean of all) / (chosen − mean of all, by what it was chosen by): 1 where nothing
    /// shrinks, 0 where choosing was luck alone. The set stays as it is in every resample.
    Interval shrinkage;
};

/// D_large of `lane` by the mean rank of its examples among the other methods' errors, n as in
/// D_large; `chosen` is then the lane's own D_large. Empty set where there is no other method.
HonestSelection selectedByOtherMethods(const SessionView& view, const std::string& lane,
                                       const Resamples& resamples);

/// D_large chosen on odd tokens and scored on even ones.
HonestSelection selectedOnOddTokens(const SessionView& view, const std::string& lane,
                                    const Resamples& resamples);

} // namespace quantscope
