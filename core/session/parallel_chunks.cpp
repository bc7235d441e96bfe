#include "core/session/parallel_chunks.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <future>
#include <thread>

namespace quantscope {

namespace {

constexpr std::size_t chunksOfThread = 16; ///< filtered before they are written

std::size_t product(const std::vector<std::size_t>& extents) {
    std::size_t all = 1;
    for (const std::size_t extent : extents)
        all *= extent;
    return all;
}

/// Position of the `index`-th element of a row-major grid.
std::vector<std::size_t> positionIn(const std::vector<std::size_t>& grid, std::size_t index) {
    std::vector<std::size_t> position(grid.size());
    for (std::size_t axis = grid.size(); axis-- > 0;) {
        position[axis] = index % grid[axis];
        index /= grid[axis];
    }
    return position;
}

std::vector<std::size_t> chunkGrid(const ChunkedArray& array) {
    std::vector<std::size_t> grid(array.shape.size());
    for (std::size_t axis = 0; axis < grid.size(); ++axis)
        grid[axis] = (array.shape[axis] + array.chunk[axis] - 1) / array.chunk[axis];
    return grid;
}

std::vector<std::size_t> offsetOf(const ChunkedArray& array, std::size_t index) {
    std::vector<std::size_t> offset = positionIn(chunkGrid(array), index);
    for (std::size_t axis = 0; axis < offset.size(); ++axis)
        offset[axis] *= array.chunk[axis];
    return offset;
}

/// Copies the rows of a chunk that lie within the array.
std::vector<std::uint8_t> cutOut(const ChunkedArray& array,
                                 const std::vector<std::size_t>& offset) {
    const std::size_t rank = array.shape.size();
    std::vector<std::uint8_t> out(product(array.chunk) * array.elementBytes);
    std::vector<std::size_t> rows(array.chunk.begin(), array.chunk.end() - 1);
    const std::size_t inner =
        std::min(array.chunk[rank - 1], array.shape[rank - 1] - offset[rank - 1]);
    for (std::size_t row = 0; row < product(rows); ++row) {
        const std::vector<std::size_t> within = positionIn(rows, row);
        std::size_t from = 0;
        bool isInside = true;
        for (std::size_t axis = 0; axis + 1 < rank; ++axis) {
            const std::size_t at = offset[axis] + within[axis];
            isInside = isInside && at < array.shape[axis];
            from = from * array.shape[axis] + at;
        }
        if (isInside)
            std::memcpy(out.data() + row * array.chunk[rank - 1] * array.elementBytes,
                        array.data +
                            (from * array.shape[rank - 1] + offset[rank - 1]) * array.elementBytes,
                        inner * array.elementBytes);
    }
    return out;
}

FilteredChunk filtered(const ChunkedArray& array, std::size_t index) {
    const std::vector<std::uint8_t> chunk = cutOut(array, offsetOf(array, index));
    return filterChunk(chunk.data(), chunk.size(), array.elementBytes);
}

} // namespace

std::size_t ChunkedArray::chunks() const { return product(chunkGrid(*this)); }

void filterChunks(const ChunkedArray& array,
                  const std::function<void(const std::vector<std::size_t>& offset,
                                           const FilteredChunk& chunk)>& write) {
    const std::size_t chunks = array.chunks();
    const std::size_t threads = std::max(1u, std::thread::hardware_concurrency());
    for (std::size_t first = 0; first < chunks; first += threads * chunksOfThread) {
        const std::size_t count = std::min(threads * chunksOfThread, chunks - first);
        std::vector<FilteredChunk> ready(count);
        std::atomic<std::size_t> next = 0;
        const auto work = [&] {
            for (std::size_t i = next++; i < count; i = next++)
                ready[i] = filtered(array, first + i);
        };
        std::vector<std::future<void>> helpers;
        for (std::size_t helper = 1; helper < std::min(threads, count); ++helper)
            helpers.push_back(std::async(std::launch::async, work));
        work();
        for (std::future<void>& helper : helpers)
            helper.get();
        for (std::size_t i = 0; i < count; ++i)
            write(offsetOf(array, first + i), ready[i]);
    }
}

} // namespace quantscope
