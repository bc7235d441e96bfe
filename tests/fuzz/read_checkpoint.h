#pragma once

#include "core/checkpoint/checkpoint.h"

#include <algorithm>
#include <vector>

namespace quantscope::fuzz {

/// Reads every tensor as a study does, a few rows at a time, up to a bound on numbers in all.
inline void readTensors(const Checkpoint& checkpoint) {
    constexpr std::int64_t mostAtOnce = 1 << 14;
    std::int64_t left = 1 << 18;
    checkpoint.contentHash();
    for (const StoredTensor& tensor : checkpoint.tensors()) {
        const TensorExtent extent = extentOf(tensor);
        if (extent.columns > left)
            continue;
        const std::int64_t step = std::max<std::int64_t>(1, mostAtOnce / std::max<std::int64_t>(1, extent.columns));
        for (std::int64_t row = 0; row < extent.rows && left > 0; row += step) {
            const std::int64_t rows = std::min(step, extent.rows - row);
            std::vector<float> values(static_cast<std::size_t>(rows * extent.columns));
            checkpoint.read(tensor, row, rows, values);
            checkpoint.packed(tensor, row, rows);
            left -= rows * extent.columns;
        }
    }
}

} // namespace quantscope::fuzz
