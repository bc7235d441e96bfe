#pragma once

#include <algorithm>

namespace quantscope {

/// Batches that are walked side by side: one a thread; on a GPU two, so that one computes while the
/// other is on its way there or back.
inline int batchesAtOnce(bool isOnGpu, int threads) {
    constexpr int onGpu = 2;
    return isOnGpu ? std::min(threads, onGpu) : threads;
}

} // namespace quantscope
