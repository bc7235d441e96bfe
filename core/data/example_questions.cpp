#include "core/data/example_questions.h"

#include <limits>
#include <numeric>

namespace quantscope {

namespace {

/// Over all but the first, which nothing predicts.
double meanOfTokens(const std::vector<double>& losses) {
    if (losses.size() < 2)
        return std::numeric_limits<double>::quiet_NaN();
    return std::accumulate(losses.begin() + 1, losses.end(), 0.0) / double(losses.size() - 1);
}

} // namespace

double PatchAnswer::meanBefore() const { return meanOfTokens(before); }
double PatchAnswer::meanAfter() const { return meanOfTokens(after); }

} // namespace quantscope
