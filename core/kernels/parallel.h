#pragma once

#include <algorithm>
#include <cstdint>
#include <omp.h>

namespace quantscope::kernels {

/// Shares out `units` of equal work to OpenMP's threads as contiguous ranges, and to fewer where
/// there are not enough elements for each. `visit(first, last)` throws nothing.
template <typename Visit>
void inParallel(std::int64_t units, std::int64_t elements, const Visit& visit) {
    constexpr std::int64_t fewest = 1 << 15; // elements that are worth a thread
    const std::int64_t threads =
        std::clamp<std::int64_t>(elements / fewest, 1, omp_get_max_threads());
    const int shares = static_cast<int>(std::min(threads, std::max<std::int64_t>(units, 1)));
    if (shares <= 1) {
        visit(std::int64_t(0), units);
        return;
    }
#pragma omp parallel for num_threads(shares) schedule(static)
    for (int share = 0; share < shares; ++share)
        visit(units * share / shares, units * (share + 1) / shares);
}

} // namespace quantscope::kernels
