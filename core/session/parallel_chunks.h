#pragma once

#include "core/session/chunk_filters.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace quantscope {

/// An array in memory, row-major, and the chunks that it is cut into.
struct ChunkedArray {
    const std::uint8_t* data = nullptr;
    std::size_t elementBytes = 0;
    std::vector<std::size_t> shape;
    std::vector<std::size_t> chunk; ///< of as many axes

    std::size_t chunks() const;
};

/// Filters all chunks with all cores that this process may use, some megabytes ahead, and hands
/// them over in their order by the calling thread. What lies beyond the array's edge is zero.
/// @param write  the chunk's first element, by axis, and its bytes
void filterChunks(const ChunkedArray& array,
                  const std::function<void(const std::vector<std::size_t>& offset,
                                           const FilteredChunk& chunk)>& write);

} // namespace quantscope
